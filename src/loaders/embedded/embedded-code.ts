import type { RawRegistration } from '../../abi/index.js';
import type { AisopodError } from '../../base/errors/index.js';
import type { PluginLogger } from '../../base/logging/index.js';
import type { CallContext, SavedState, ShutdownReason } from '../../instance/index.js';
import type { PluginHandler } from './plugin-call.js';

/** The code behind one registration. */
export interface RegisteredHandler {
  readonly kind: RawRegistration['kind'];
  readonly name: string;
  readonly methods: ReadonlyMap<string, PluginHandler>;
}

/** What a plugin's register() came to. */
export interface Registered {
  readonly registrations: readonly RawRegistration[];
  /** By the token of a registration. */
  readonly handlers: ReadonlyMap<number, RegisteredHandler>;
  /** UNSUPPORTED for each registration that this host does not serve. */
  readonly warnings: readonly AisopodError[];
}

/** Why a plugin ends, and how long its shutdown() may take. */
export interface PluginShutdown {
  /**
   * close: the host closes. unload: the plugin is unloaded, disabled or removed, and the process goes
   * on. reload: a newer instance serves already. undo: init() was late, or the start failed after it,
   * and no call was ever served.
   */
  readonly reason: ShutdownReason;
  /** Milliseconds, or Infinity; then the host goes on without the plugin. */
  readonly timeoutMs: number;
}

/** How a plugin in JavaScript keeps what it remembers over a reload. */
export interface EmbeddedState {
  /** How to read what save() gives; a uint32. */
  readonly format: number;
  /** Gives a JSON value or a Uint8Array, or the promise of one. */
  save(): unknown;
  /** Takes a copy of one before init(). @param from who saved it; frozen */
  restore(state: unknown, from: Pick<SavedState, 'format' | 'version' | 'build'>): unknown;
}

/** A plugin in JavaScript, as the loader runs it. */
export interface EmbeddedCode {
  /** @throws whatever the plugin throws; REGISTER_FAILED when a registration was refused */
  register(): Registered;
  /** A promise when the plugin returns one, as for the others. */
  init(): unknown;
  shutdown(shutdown: PluginShutdown): unknown;
  /** Proposes another configuration, JSON text; in force when it has not thrown. */
  configure(config: string): unknown;
  /** null: it has no state to keep. */
  readonly state: EmbeddedState | null;
  /**
   * Lets event and timer functions end that have begun; no other one begins until resume().
   * @param limitMs milliseconds, or Infinity
   * @returns false: not all have ended in time, and there is no pause
   */
  pause(limitMs: number): Promise<boolean>;
  /** What has waited begins, in its order. */
  resume(): void;
  /**
   * A logger whose lines belong to a call.
   * @param call a number of it, from 1
   */
  loggerFor(context: CallContext, call: number): PluginLogger;
  /** Takes back all that the plugin holds of the host; once, last of all or when it is given up. */
  release(): void;
}
