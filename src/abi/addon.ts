import { type JsonChecker, loadAddonFile, loadedAddonFile } from '../base/addon.js';
import type { Message } from './messages.js';
import type { ServedKind } from './registration.js';

/** Receives each message of the core, on the thread of the environment that attached. */
export type Deliver = (instance: number, ...message: Message) => void;

/**
 * Receives answers of one instance that came one after another: of each its token and its JSON.
 * All other messages come to Deliver.
 */
export type DeliverAnswers = (instance: number, ...answers: (number | string)[]) => void;

/** What instances have in common; limits as in the configuration, in milliseconds and bytes. */
export interface InstanceSettingsOptions {
  readonly hostName: string;
  readonly hostVersion: string;
  /** The kinds this host serves, each once; others answer AISOPOD_E_UNSUPPORTED. */
  readonly kinds: readonly ServedKind[];
  readonly limits: {
    readonly payloadBytes: number;
    readonly chunksUnread: number;
    readonly chunkBytesUnread: number;
    readonly registrations: number;
    readonly queue: number;
    /**
     * Bytes that may wait in each queue of an instance: params of calls, params of requests,
     * published events and log lines that JavaScript has not read, events of one subscription, posts.
     */
    readonly queueBytes: number;
    readonly parallelWorkers: number;
    readonly logLineBytes: number;
    readonly callMs: number;
    readonly eventQueue: number;
    readonly eventMs: number;
    readonly stateBytes: number;
  };
}

/** Of the calls of an instance; see CallNumbers of native/core/calls/counters.h. */
export interface CallCounters {
  /** Calls that wait for a worker now. */
  readonly waiting: number;
  /** Calls whose handler has begun. */
  readonly calls: number;
  /** Calls that the host refused: no room, no thread, no memory, or the plugin is stuck. */
  readonly refused: number;
  /** Calls that ended at their deadline. */
  readonly deadlines: number;
  /** Nanoseconds that all of them together waited until their handlers began. */
  readonly waitedNs: number;
  /**
   * Nanoseconds from then until the handlers returned. Of calls answered inline one in 16 is timed,
   * and stands for those since the one before.
   */
  readonly ranNs: number;
}

declare const settings: unique symbol;

/** InstanceSettingsOptions as the core keeps them. */
export interface InstanceSettings {
  readonly [settings]: never;
}

/**
 * Calls one registration of one instance. It keeps nothing of the instance alive; once that has
 * ended, calls are `lost` with STATE.
 *
 * @param timeoutMs milliseconds from 0; Infinity: no limit
 * @param wants CallWants bits, and WITHIN_CALL; default: 0
 * @param meta JSON; without it nothing is known of the call but a new trace id
 * @param method default: "invoke"
 * @returns a string: the JSON that an inline handler answered; a number: the token of the pending
 *   call; [type, status, message, details]: settled by a failure, `refused`, `unanswered` or `lost`
 */
export type BoundCall = (
  params: string,
  timeoutMs: number,
  wants?: number,
  meta?: string,
  method?: string,
  ancestors?: readonly number[],
) => string | number | [type: number, status: number, message: string, details: string];

/** What save_state() has written, in memory of the core. */
export interface NativeState {
  readonly bytes: Uint8Array;
  readonly format: number;
  readonly version: string;
  readonly build: string;
}

/** One instance of a plugin in the core. */
export interface NativeInstance {
  id(): number;
  /** What became of its calls so far. */
  counters(): CallCounters;
  /**
   * Starts a Moment; a message `moment` reports its end, after limitMs at the latest.
   * @param reason a ShutdownReason, with Moment.dispose only
   * @returns true when it is over already, and no message comes: there was nothing to run
   */
  begin(moment: number, limitMs: number, reason?: number): boolean;
  /**
   * Starts create and, when there is nothing to report about it, register after it: one message
   * reports the end of both. One about create comes instead if it failed, was late or changed
   * something of the process; when that says OK, register is still to be begun.
   * @param umask what it is now; below 0: not known
   */
  beginBoth(createMs: number, registerMs: number, umask: number): void;
  /**
   * Proposes a configuration (JSON) to an instance that serves; a message `moment` reports how it
   * came out, after limitMs at the latest, and `configured` what came after that.
   */
  configure(json: string, limitMs: number): void;
  /** What Moment.save has saved, once its message says OK; null: nothing, or it was taken already. */
  takeState(): NativeState | null;
  /**
   * Starts Moment.restore, like begin().
   * @param bytes what takeState() gave is not copied, and must not change any more
   */
  restore(
    bytes: Uint8Array,
    format: number,
    version: string,
    build: string,
    limitMs: number,
  ): boolean;
  /**
   * Starts Moment.pause: what has come until now is handled, then no event function and no task
   * begins. If its message does not say OK, resume() must follow.
   */
  pause(limitMs: number): void;
  /** Ends a pause, also one that is not complete. */
  resume(): void;
  /** A function that calls a registration; made once and called often. */
  bind(registration: number): BoundCall;
  /** Cancels a call; the message `lost` with this status settles it. */
  cancel(call: number, status: number): void;
  /** One chunk of so many bytes has been read. */
  chunkRead(call: number, bytes: number): void;
  /** Responds to a request; details is JSON or ''. With `more` the response is a partial one. */
  respond(
    request: number,
    status: number,
    json: string,
    message: string,
    details: string,
    more: boolean,
  ): void;
  /**
   * Hands events to subscriptions, in order. Each event is five elements: the tokens of the
   * subscriptions that receive it, its topic, its source, its JSON, and its meta: a JSON object about
   * the publisher's parent without role and permissions, or '' for none. Never waits; a subscription
   * whose queue is full drops its oldest events.
   */
  deliver(batch: readonly (readonly number[] | string)[]): void;
}

/** The Error that the constructor of NativeInstance throws for a second instance of a SINGLE plugin. */
export interface InstanceLimit extends Error {
  readonly code: 'INSTANCE_LIMIT';
  /** Which instance is alive: "plugin clock 1.0.0 in /home/ada/.aisopod/plugins/clock". */
  readonly holder: string;
}

/** The addresses of the functions of the system that open libraries. The caller looks them up. */
export interface SystemFunctions {
  /** dlopen(); on Windows LoadLibraryExW() */
  readonly open: bigint;
  /** dlsym(); GetProcAddress() */
  readonly find: bigint;
  /** dlerror(); GetLastError() */
  readonly words: bigint;
  /** 0; GetModuleHandleExW() */
  readonly pin: bigint;
  /** The flags for the first, and for the last of them. */
  readonly flags: number;
  readonly pinFlags: number;
  /** With these and the first ones, dlopen() opens nothing new; 0 where there are none. */
  readonly peekFlags: number;
}

/** What all openings of the process have in common. */
export interface OpenerSetup extends SystemFunctions {
  /** The name of the entry function. */
  readonly entry: string;
  readonly hostName: string;
  readonly hostVersion: string;
  /** What was looked up besides and found, for knownSymbols(). */
  readonly knownSymbols: readonly string[];
}

/** A library that was copied with one that is to be opened. */
export interface CopiedSibling {
  readonly name: string;
  readonly sha256: string;
  /** Of its copy. */
  readonly path: string;
}

/** What a library shares with other libraries of the process. */
export interface SharedSymbol {
  readonly name: string;
  readonly size: number;
  readonly writable: boolean;
}

/**
 * The native surface of the host, described in one place. It looks nothing up: koffi finds the
 * functions of the system that open a library.
 */
export interface NativeAddon extends JsonChecker {
  readonly abiMajor: number;
  readonly abiMinor: number;
  /**
   * Connects this environment with the core; the first call counts. `mainThread`: it ends with the
   * process. `later` must see to it that takeTurn() is called in a later turn of the event loop;
   * `awaited`: something is in flight, and keeps the event loop alive anyway. `soon` must see to it
   * that wakeWorkers() is called once the JavaScript that runs now has come to its end, in this turn
   * of the event loop. `shortage` makes the error that functions of the addon throw from now on for
   * want of memory.
   * @returns the `shared` of the first call
   */
  attach<T extends object>(
    shared: T,
    deliver: Deliver,
    answered: DeliverAnswers,
    mainThread: boolean,
    later: (awaited: boolean) => void,
    soon: () => void,
    shortage: () => Error,
  ): T;
  /** Delivers messages, as many as a turn of the event loop has room for. */
  takeTurn(): void;
  /** Wakes the workers for calls that were made close upon another. */
  wakeWorkers(): void;
  /** 32 hex digits, unique in this process and, by a random half, among processes. */
  newTraceId(): string;
  /** In the 'exit' event: the process ends without static destructors, which plugins may have. */
  armExit(status: number): boolean;
  /** In the 'exit' event: ends the process at once, while a library never finishes opening. */
  exitNow(status: number): never;
  /** Sets close-on-exec on each descriptor that leads to a file. @returns how many do */
  closeOnExec(path: string): number;
  /**
   * Locks a whole file until the process ends, unless another process has a lock on it.
   * @returns -1: it is locked; the pid of the other process, 0 when it lives in another pid namespace;
   *   below -1: `-errno - 1` of what failed
   */
  lockFile(path: string): number;
  /** The umask of the process, read without setting it; -1 where that can't be done. */
  umask(): number;
  /**
   * Whether a file is there and its device, inode, mode, size, and times of the last change of its
   * content and of anything, in milliseconds, are these. Not on Windows.
   * @param prints such six numbers, or several in a row
   * @param at where in them its own begin
   * @param follow whether what a link leads to is looked at, and not the link
   */
  readonly isUnchanged?: (
    path: string,
    prints: readonly number[],
    at: number,
    follow: boolean,
  ) => boolean;
  /**
   * As isUnchanged(), for folders and what is in them at once. Not on Windows.
   * @param paths absolute ones of folders; a link is followed
   * @param names for each folder what is in it, relative to it; a link is not followed
   * @param prints six numbers for each folder and then for each of its names, one folder after another
   * @returns for each folder 1 if all of it is as it was, else 0
   */
  readonly unchangedFolders?: (
    paths: readonly string[],
    names: readonly (readonly string[])[],
    prints: Float64Array,
  ) => Uint8Array;
  /**
   * Whether a folder is there, or a link to one, that belongs to this user and has mode 0700. Not on
   * Windows.
   */
  readonly isPrivateFolder?: (path: string) => boolean;
  /** Of the whole process. */
  liveCounts(): { threads: number; instances: number };
  readonly InstanceSettings: new (options: InstanceSettingsOptions) => InstanceSettings;
  /**
   * `descriptor`: the address of an aisopod_plugin_desc that was checked and stays for ever;
   * `pluginId`: of the manifest; `config`: JSON text. Throws an InstanceLimit when the plugin sets
   * SINGLE and an instance of that id is alive in this process.
   */
  readonly NativeInstance: new (
    descriptor: bigint,
    settings: InstanceSettings,
    pluginId: string,
    pluginDir: string,
    dataDir: string,
    config: string,
  ) => NativeInstance;
  /** Says how libraries are opened. The first call in the process counts. */
  setUpOpener(setup: OpenerSetup): void;
  openerIsSetUp(): boolean;
  /** Those of the setup that counts. */
  knownSymbols(): string[];
  /**
   * Opens a library after all that was to be opened before, in any environment of the process, and
   * calls its entry function, on a thread of the addon. One message `opened` reports the end; `process`
   * may come before it, and `shared` before or later.
   * @param path of a private copy
   * @param what how messages name it
   * @param limitMs milliseconds that its constructors and its entry function may take together
   * @param siblings the libraries that were copied with it
   * @param unique what it and these share with other libraries of the process
   * @param apart refuses the library if it would share any of them with an open one
   * @returns the number under which these come, as if it were an instance
   */
  openLibrary(
    path: string,
    what: string,
    pluginId: string,
    pluginDir: string,
    limitMs: number,
    siblings: readonly CopiedSibling[],
    unique: readonly SharedSymbol[],
    apart: boolean,
  ): number;
  /** No message `shared` comes under that number any more. */
  forgetLibrary(opening: number): void;
  /**
   * Waits for the loader of the system. One message `opened` reports that nothing is being opened until
   * releaseLoader(), or why it cannot be had.
   * @returns the number under which it comes
   */
  holdLoader(): number;
  releaseLoader(held: number): void;
  /** How messages name what overstays its limit of opening and has not returned; null: nothing does. */
  stuckOpening(): string | null;
  /** How messages name the library that was opened from a path; null: none was. */
  originalOf(path: string): string | null;
}

/** Returns the addon, if this thread has loaded it. */
export function loadedAddon(): NativeAddon | undefined {
  return loadedAddonFile() as NativeAddon | undefined;
}

/**
 * Returns the addon, which the first call loads.
 * @throws AisopodError ADDON_MISSING when it is not built or does not fit
 */
export function loadAddon(): NativeAddon {
  return loadAddonFile() as NativeAddon;
}
