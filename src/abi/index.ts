export { LogLevel, PluginFlag, ShutdownReason } from './constants.js';
export {
  CAPABILITIES,
  type Capability,
  capabilityOf,
  KINDS,
  type Kind,
  type RawRegistration,
  type RawSubscription,
  RegistrationFlag,
  type ServedKind,
} from './registration.js';
export { Status, statusCode } from './status.js';
export { ABI_MAJOR, ABI_MINOR, ENTRY_SYMBOL } from './version.js';
