import type { AisopodError } from '../../base/errors/index.js';
import type { PluginManifest, ResolvedEntry } from '../manifest/index.js';
import type { SearchPath } from './search-path.js';

/** The state of all files in a folder. */
export interface FolderContents {
  /** The same text means that nothing has happened to any of them. It is made when it is first asked for. */
  readonly digest: string;
}

/** One thing that a scan found, good or not. */
export interface DiscoveredPlugin {
  /** The plugin's folder; the library, when it lies bare in a directory; the directory itself,
   *  when that is what cannot be searched. */
  readonly path: string;
  /** null when there is no manifest that names it. */
  readonly id: string | null;
  /** null when there is none, or when it has faults. */
  readonly manifest: PluginManifest | null;
  /** Names of hooks that the manifest lists; known without reading all of it. */
  readonly hooks: readonly string[];
  /** What is remembered of a folder whose manifest is none any more. */
  readonly lastGood: PluginManifest | null;
  readonly manifestFile: string | null;
  /** The file to load; null when the error says why there is none. */
  readonly entry: ResolvedEntry | null;
  /** Tells one state of all files in the folder from another; null: a change of them might not show. */
  readonly contents: FolderContents | null;
  /** The place whose scan found it. */
  readonly origin: SearchPath;
  /** Why it is not loaded; null for a plugin that is. */
  readonly error: AisopodError | null;
  readonly warnings: readonly AisopodError[];
}

/** A finding whose place among others of the same id is not decided yet. */
export interface Candidate extends DiscoveredPlugin {
  /** path with every link followed. */
  readonly real: string;
}
