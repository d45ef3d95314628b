import type { CallCounters } from '../abi/addon.js';
import type { RawRegistration, RawSubscription, ShutdownReason } from '../abi/index.js';
import type { AisopodError } from '../base/errors/index.js';

export type { CallCounters, ShutdownReason };

/** On whose behalf a call is made. Every call carries one; what is absent is unknown. */
export interface CallContext {
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly tenant?: string | undefined;
  /** 32 hex digits; the host makes one when it is absent. */
  readonly traceId?: string | undefined;
  /** What the caller has been found to be: `owner` of the home, `admin`, or what an embedder says. */
  readonly role?: string | undefined;
  /** The permissions in force during the call. */
  readonly permissions?: readonly string[] | undefined;
}

/** Receives each chunk of a call (parsed JSON) in order; the next comes when its promise has settled. */
export type OnChunk = (chunk: unknown) => unknown;

/** Receives the progress of a call; fraction is 0..1, or null when the plugin does not know. */
export type OnProgress = (fraction: number | null, note: string | null) => void;

/** What a plugin answered. If the host has lost the call, an AisopodError is thrown instead. */
export type Answer =
  | { readonly ok: true; readonly json: string }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly details?: unknown;
      /** What a handler in this process threw. */
      readonly cause?: unknown;
    };

/** What a handler in JavaScript receives besides its parameters. */
export interface DirectCall {
  readonly context: CallContext | undefined;
  /** Aborted when the caller no longer waits for the answer. */
  readonly signal: AbortSignal | undefined;
  /** Of a middleware: goes on with its chain; without a value, with the one that came. */
  readonly next?: ((value?: unknown) => Promise<unknown>) | undefined;
}

/**
 * Calls one registration with params as JSON text, like PluginInstance.invoke(), and returns what
 * `finish` makes of the answer.
 */
export type BoundInvoke = <T>(
  params: string,
  options: InvokeOptions,
  finish: (answer: Answer) => T,
) => T | Promise<T>;

/** A handler in JavaScript, called without JSON; its result or the promise of it is the reply. */
export type DirectHandler = (params: unknown, call: DirectCall) => unknown;

export interface InvokeOptions {
  readonly context?: CallContext | undefined;
  /** Aborting cancels the call for the plugin and rejects it at once with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; a positive number, or Infinity for no deadline. */
  readonly timeoutMs: number;
  readonly onChunk?: OnChunk | undefined;
  /** Only the newest is kept. */
  readonly onProgress?: OnProgress | undefined;
}

/** How long each lifecycle call of an instance took, in milliseconds; of saveState() the newest. */
export type InstanceTimings = Partial<
  Record<'create' | 'register' | 'restore' | 'init' | 'save' | 'shutdown', number>
>;

/** What a plugin keeps over a reload, and who wrote it. */
export interface SavedState {
  /** At most limits.stateBytes. */
  readonly bytes: Uint8Array;
  /** The number of the form in which the plugin wrote it: a uint32. */
  readonly format: number;
  /** The version of the plugin that wrote it. */
  readonly version: string;
  /** Free text of its author about how it was built; '' for none. */
  readonly build: string;
  /** The bytes are the text of a JSON value that a plugin in TypeScript returned. Default: false. */
  readonly json?: boolean | undefined;
}

/**
 * One running plugin, whatever loader made it: the rest of the host does not know the loader.
 * Its functions are called in this order, each once: register, (restoreState), init, (invoke ...),
 * shutdown. One that is out of turn is refused, and the plugin is not called. shutdown is legal after
 * any of them, also after a failure, and undoes whatever was done. pause, resume and saveState are
 * legal between init and shutdown, and may be called again and again. test/loaders/contract holds
 * every loader to all of this.
 */
export interface PluginInstance {
  readonly timings: InstanceTimings;

  /** What became of its calls so far; absent where the loader does not count them. */
  counters?(): CallCounters;

  /** What is worth reporting but stops nothing, such as a registration that this host can't serve. */
  readonly warnings: readonly AisopodError[];

  /**
   * Makes the instance and lets it register what it provides.
   * @returns the batch, not yet judged
   * @throws AisopodError CREATE_FAILED, REGISTER_FAILED (out of turn too), LIFECYCLE_TIMEOUT
   */
  register(): Promise<readonly RawRegistration[]>;

  /**
   * Gives a new instance the state of an older one, after register() and before init(). Nothing
   * happens if the plugin has no function for it. Without this method the loader has no states.
   *
   * @param state is neither changed nor kept
   * @throws AisopodError RESTORE_FAILED (out of turn too), LIFECYCLE_TIMEOUT after limits.restoreMs
   */
  restoreState?(state: SavedState): Promise<void>;

  /** @throws AisopodError INIT_FAILED (out of turn too), LIFECYCLE_TIMEOUT */
  init(): Promise<void>;

  /**
   * Proposes a new configuration to a plugin that runs. The old one is in force until the plugin has
   * agreed; one that has nothing to say about it agrees.
   *
   * @param config JSON text
   * @param late is called once, should this have been rejected with LIFECYCLE_TIMEOUT and the plugin
   *   has answered after all: null, it agreed, and the new one is in force; else why not
   * @throws AisopodError CONFIG_REFUSED, LIFECYCLE_TIMEOUT, PLUGIN_NOT_ACTIVE
   */
  configure?(config: string, late?: (refusal: AisopodError | null) => void): Promise<void>;

  /**
   * Calls one registration.
   * @param registration token of a RawRegistration of this instance
   * @param method "invoke" for tools
   * @param params JSON text
   * @returns the plugin's answer; without a promise when the handler answered inline
   * @throws AisopodError CALL_CANCELLED, CALL_DEADLINE, CALL_GONE, PLUGIN_STUCK, QUEUE_FULL,
   *   PAYLOAD_TOO_LARGE, PLUGIN_NOT_ACTIVE; thrown or as rejection
   */
  invoke(
    registration: number,
    method: string,
    params: string,
    options: InvokeOptions,
  ): Answer | Promise<Answer>;

  /**
   * invoke() for one registration and the method "invoke", faster: for who calls it again and again.
   * Absent: only invoke() reaches it.
   * @param registration token of a RawRegistration of this instance
   */
  bind?(registration: number): BoundInvoke;

  /**
   * The handler itself, where it is JavaScript of this thread: a caller for whom JSON would cost too
   * much calls it directly. Undefined for all others, which only invoke() reaches.
   * @param registration token of a RawRegistration of this instance
   */
  direct?(registration: number): DirectHandler | undefined;

  /** The subscriptions that it made in register(); absent: none. */
  readonly subscriptions?: readonly RawSubscription[];

  /**
   * Hands over an event for these of its subscriptions; they receive events in that order, once
   * init() has succeeded. Never waits and never throws: a subscription whose queue is full drops its
   * oldest events and counts them for the plugin. Never keeps `tokens` beyond this turn of the event
   * loop.
   * @param json JSON text
   * @param meta JSON object about the publisher's parent without role and permissions; '': none
   */
  deliver?(
    tokens: readonly number[],
    topic: string,
    source: string,
    json: string,
    meta: string,
  ): void;

  /** Calls that are not settled yet. */
  readonly inFlight: number;

  /**
   * Waits until no call is in flight.
   * @param limitMs milliseconds, from 0
   * @returns whether that was so in time
   */
  drained?(limitMs: number): Promise<boolean>;

  /**
   * Lets the plugin complete the events that it has received, and the calls whose callers have left.
   * From then on no event function and no task of it begins, until resume() or shutdown(); events and
   * tasks that come meanwhile wait. Other calls are not affected. Without this method the plugin runs
   * nothing by itself.
   *
   * @param limitMs milliseconds, or Infinity
   * @throws AisopodError LIFECYCLE_TIMEOUT when a function has not returned in time: the instance goes
   *   on as if nothing had happened. PLUGIN_NOT_ACTIVE
   */
  pause?(limitMs: number): Promise<void>;

  /** Ends a pause: what waits begins, in its order. Does nothing without a pause. */
  resume?(): void;

  /**
   * Asks the plugin for what a newer instance is to go on with. The plugin itself goes on unchanged.
   *
   * @returns null: the plugin has no function for it
   * @throws AisopodError SAVE_FAILED (out of turn too), STATE_TOO_LARGE beyond limits.stateBytes,
   *   LIFECYCLE_TIMEOUT after limits.saveMs: the plugin goes on, and can be asked again once it has
   *   returned
   */
  saveState?(): Promise<SavedState | null>;

  /**
   * Ends the instance: it takes no new call, calls in flight may end until drainMs have passed and
   * are cancelled then, the plugin shuts down, everything is released. Never rejects. Called again,
   * it returns the same promise, whatever the arguments.
   * @param drainMs milliseconds, from 0
   * @param reason for the plugin, which may end in different ways
   * @returns null, or why it did not end cleanly (LIFECYCLE_TIMEOUT)
   */
  shutdown(drainMs: number, reason: ShutdownReason): Promise<AisopodError | null>;
}
