import type { Kind } from '../abi/index.js';
import type { Limits } from '../config/index.js';
import type { AisopodError } from '../errors/index.js';
import type { PluginManifest } from '../manifest/index.js';
import type { KnownLibraries } from './native/known-libraries.js';
import type { PluginInstance } from './plugin-instance.js';
import type { RequestHandlers } from './requests.js';

/** What an instance tells the host without having been asked. */
export interface InstanceEvents {
  /** A line of the plugin's log; level as in LOG_LEVELS. */
  log(level: number, text: string): void;
  /** So many lines of its log were dropped, since they came too fast. */
  logLost(count: number): void;
  /** Something that the host itself noticed about the plugin. */
  notice(level: number, text: string): void;
  /** The plugin broke a rule, and goes on. */
  readonly warning: (warning: AisopodError) => void;
  /** A handler overstays its deadline, or (null) has returned at last. */
  stuck(handler: string | null): void;
  /** The plugin has published an event: a legal topic and JSON text. */
  event(topic: string, json: string): void;
}

/** What a loader is given to bring one plugin to life. */
export interface LoadRequest {
  readonly manifest: PluginManifest;
  /** The file to load: a real path inside the plugin's folder. */
  readonly entry: string;
  /** Where private copies of libraries are kept. */
  readonly imagesDir: string;
  /** What is known of libraries from earlier starts; null: nothing, and nothing is remembered. */
  readonly libraries: KnownLibraries | null;
  /** The plugin's private data directory, made before the plugin runs. */
  readonly dataDir: string;
  /** The plugin's configuration, as JSON text. */
  readonly config: string;
  readonly limits: Limits;
  /** The kinds of registrations that have a consumer. */
  readonly kinds: readonly Kind[];
  readonly requests: RequestHandlers;
  readonly events: InstanceEvents;
}

/** What was found out about a library on the way. */
export interface LibraryFacts {
  /** The private copy that was opened. */
  readonly opened: string;
  readonly sha256: string;
  readonly format: string;
  readonly machine: string;
  readonly abi: string;
  /** Free text of its author about how it was built. */
  readonly build: string | null;
  /** Libraries that it needs. */
  readonly needed: readonly string[];
}

export interface LoadedPlugin {
  readonly instance: PluginInstance;
  /** null: it has none. */
  readonly library: LibraryFacts | null;
}

/** A way to reach plugin code. */
export interface Loader {
  /** @throws AisopodError of the library, image and descriptor groups */
  load(request: LoadRequest): Promise<LoadedPlugin>;
}
