export { isPinned, type Pin, type PinOf, versionPinned } from './choose.js';
export { type DiscoverOptions, discover } from './discover.js';
export type { DiscoveredPlugin, FolderContents } from './discovered-plugin.js';
export { KnownFolders } from './known-folders.js';
export { judge, type UnsafePath } from './safety.js';
export {
  type Origin,
  type SearchOptions,
  type SearchPath,
  type SearchPlace,
  searchPaths,
  searchPlaces,
} from './search-path.js';
