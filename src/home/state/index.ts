export {
  digestOfPrints,
  type Fingerprint,
  fingerprint,
  isSettled,
  isUnchanged,
  PRINT_LENGTH,
} from './fingerprint.js';
export {
  readState,
  readStateText,
  type StateHeader,
  writeState,
  writeStateText,
} from './state-file.js';
export { isUnchangedFile } from './unchanged-file.js';
