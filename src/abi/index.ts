export { LogLevel } from './log-level.js';
export { PluginFlag } from './plugin-flag.js';
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
export { ShutdownReason } from './shutdown-reason.js';
export { Status, statusCode } from './status.js';
export { ABI_MAJOR, ABI_MINOR, ENTRY_SYMBOL } from './version.js';
