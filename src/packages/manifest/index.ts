export { checkCompatibility, type HostFacts, isIncompatibility } from './compatibility.js';
export { configDefaults, configSecrets } from './config-schema.js';
export { entryCandidates, type KnownTree, type ResolvedEntry, resolveEntry } from './entry.js';
export { manifestOfCode } from './manifest-of-code.js';
export {
  joinManifest,
  type ManifestBrief,
  splitManifest,
  toRecord,
  wholeManifest,
} from './manifest-record.js';
export { type Permissions, permissions } from './permissions.js';
export {
  CURRENT_PLATFORM,
  libraryStem,
  librarySuffix,
  type PlatformName,
} from './platform.js';
export type {
  ConfigSchema,
  Dependency,
  Entry,
  IsolationLevel,
  LoaderName,
  PluginManifest,
} from './plugin-manifest.js';
export {
  BARE_MANIFEST,
  isBareManifest,
  MANIFEST_CODES,
  MANIFEST_NAME,
  type ManifestProblem,
  type ManifestReading,
  manifestError,
  manifestOfTable,
  readManifest,
} from './read-manifest.js';
export { ISOLATION_LEVELS } from './shape.js';
export { type AbiVersion, alternativesOf, isRange, meantVersion, versionRange } from './version.js';
