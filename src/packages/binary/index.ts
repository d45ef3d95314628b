export { type ByteSource, slicedSource } from './byte-source.js';
export { readInterpreter } from './interpreter.js';
export { HEAD_BYTES, isSameKind } from './library-head.js';
export type {
  ExportedSymbol,
  ImportedSymbol,
  LibraryInfo,
  SymbolKind,
  UniqueSymbol,
} from './library-info.js';
export { LIMITS } from './limits.js';
export { readLibrary } from './read-library.js';
