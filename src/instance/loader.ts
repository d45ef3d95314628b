import type { ServedKind } from '../abi/index.js';
import type { AisopodError } from '../base/errors/index.js';
import type { Accepted, Limits } from '../config/index.js';
import type { PluginManifest } from '../packages/manifest/index.js';
import type { Generation } from './generation.js';
import type { CallContext, PluginInstance } from './plugin-instance.js';
import type { RequestHandlers } from './request-handler.js';

/** What an instance reports to the host by itself. */
export interface InstanceEvents {
  /**
   * A line of the plugin's log.
   * @param level a LogLevel
   * @param fields a JSON object for programs, or ''
   * @param context of the call, event or task that the line belongs to; undefined: of none, or it
   *   has ended
   * @param call its token; 0: none
   */
  log(
    level: number,
    text: string,
    fields: string,
    context: CallContext | undefined,
    call: number,
  ): void;
  /** So many lines of its log were dropped, since they came too fast. */
  logLost(count: number): void;
  /** Something that the host itself noticed about the plugin; level is a LogLevel. */
  notice(level: number, text: string): void;
  /** The plugin broke a rule, and goes on. */
  readonly warning: (warning: AisopodError) => void;
  /** A handler exceeds its deadline, or (null) has returned at last. */
  stuck(handler: string | null): void;
  /**
   * The plugin has published an event: a legal topic and JSON text.
   * @param context on whose behalf, without role and permissions; undefined: the plugin's own
   */
  publication(topic: string, json: string, context: CallContext | undefined): void;
}

/** What a loader needs to start one plugin. */
export interface LoadRequest {
  readonly manifest: PluginManifest;
  /** The file of the manifest; null: the program itself says what would stand there. */
  readonly manifestFile: string | null;
  /** The file to load: a real path inside the plugin's folder. */
  readonly entry: string;
  /** The plugin's private data directory, made before the plugin runs. */
  readonly dataDir: string;
  /** The plugin's configuration, as JSON text. */
  readonly config: string;
  readonly limits: Limits;
  /** What the user lets the plugin change of the process. */
  readonly accept: readonly Accepted[];
  /** The kinds of registrations that have a consumer. */
  readonly kinds: readonly ServedKind[];
  readonly requests: RequestHandlers;
  readonly events: InstanceEvents;
  /**
   * For a reload: opens a private copy that no other load opens, even if equal bytes are open already,
   * and refuses a library that would share anything with an open one. Default: false.
   */
  readonly copyOwn?: boolean | undefined;
  /**
   * For LoadedPlugin.instantiate(): the generation that the instance belongs to. Default: the one that the
   * loader was made for.
   */
  readonly generation?: Generation | undefined;
  /**
   * Returns what is aborted when the plugin is no longer wanted: load() rejects with the reason, as soon as it
   * can. Most starts end without asking for it.
   */
  readonly signal: () => AbortSignal;
  /**
   * For native code in this process: is called before the library is opened, with the digest of the
   * library and all that was copied with it. Throws, or rejects, to refuse it.
   */
  readonly admit?: ((sha256: string) => Promise<void> | undefined) | undefined;
  /** The same: is called before each function of a start. Absent: create() and on_register() are one request. */
  readonly begins?: ((step: 'create' | 'register') => void) | undefined;
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
  /**
   * Copies of earlier builds of the plugin that this process has opened. They stay open, and on disk,
   * until it ends.
   */
  readonly earlier: CopiesHeld;
}

/** Private copies of libraries that a process has opened. */
export interface CopiesHeld {
  readonly copies: number;
  /** Of the files in them. */
  readonly bytes: number;
}

/** A plugin whose code can be run. */
export interface LoadedPlugin {
  /** At most one instance of it may be alive in this process. */
  readonly single: boolean;
  /** null: it has none. */
  readonly library: LibraryFacts | null;
  /**
   * Makes an instance, and opens nothing. May be called again: the old instance of a plugin that allows one
   * has ended when the new one turns out to fail.
   * @throws AisopodError INSTANCE_LIMIT
   */
  instantiate(request: LoadRequest): PluginInstance | Promise<PluginInstance>;
}

/** A way to reach plugin code. */
export interface Loader {
  /**
   * Opens what can be opened; nothing of the plugin is made yet.
   * @throws AisopodError of the library, copy and descriptor groups
   */
  load(request: LoadRequest): Promise<LoadedPlugin>;
}
