export type { ExportedSymbol, ImportedSymbol, LibraryInfo, SymbolKind } from './library-info.js';
export { readLibrary } from './read-library.js';
