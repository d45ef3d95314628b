import type { ErrorData } from '../../base/errors/index.js';
import type { InstanceTimings, LibraryFacts } from '../../instance/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { LifecycleChange } from './lifecycle.js';
import type { Phase } from './phases.js';

/** One plugin as the host sees it now; a copy that does not change. */
export interface PluginInfo {
  /** null while no manifest gives one. */
  readonly id: string | null;
  readonly name: string | null;
  readonly version: string | null;
  readonly state: Phase;
  /** Why it stands where it stands; null when nothing is to be said. */
  readonly reason: string | null;
  /** The reason as data. */
  readonly error: ErrorData | null;
  readonly warnings: readonly ErrorData[];
  /** The plugin's folder, or the file that was found instead of one. */
  readonly path: string;
  readonly loader: string | null;
  /** The names of its tools. */
  readonly tools: readonly string[];
  /** The file that the manifest's entry means. */
  readonly entry: string | null;
  /** Which search path brought it. */
  readonly origin: string;
  readonly manifest: PluginManifest | null;
  /** Known once the library has been opened. */
  readonly library: LibraryFacts | null;
  /** Milliseconds, by what was done; `open` is reading, copying and opening the library. */
  readonly timings: Readonly<Partial<Record<'open' | keyof InstanceTimings, number>>>;
  readonly history: readonly LifecycleChange[];
}
