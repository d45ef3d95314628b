export {
  digestOfPrints,
  type Fingerprint,
  fingerprint,
  isSettled,
  isUnchanged,
  PRINT_LENGTH,
  printsFromText,
  printsToText,
} from './fingerprint.js';
export { type Indexed, readIndexed, writeIndexed } from './indexed-file.js';
export { type LastingListing, type ListedKind, type Listing, Listings } from './listings.js';
export {
  readState,
  type StateHeader,
  writeState,
} from './state-file.js';
export { type FoldersBefore, isUnchangedFile, unchangedFolders } from './unchanged.js';
