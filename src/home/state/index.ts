export {
  type Fingerprint,
  fingerprint,
  isSettled,
  isUnchanged,
  PRINT_LENGTH,
} from './fingerprint.js';
export { readState, type StateHeader, writeState } from './state-file.js';
export { isUnchangedFile } from './unchanged-file.js';
