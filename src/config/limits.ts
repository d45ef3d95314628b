import { constants } from 'node:buffer';

/**
 * Limits of a host. Times in milliseconds, sizes in bytes. Overridden for all plugins by
 * `[plugins.settings.limits]` of config.toml and for one by `[plugins.settings.<id>.limits]`, where
 * `callMs` is written `call_ms`.
 */
export interface Limits {
  readonly openMs: number;
  readonly createMs: number;
  readonly registerMs: number;
  readonly initMs: number;
  readonly configureMs: number;
  readonly shutdownMs: number;
  readonly drainMs: number;
  readonly saveMs: number;
  readonly restoreMs: number;
  readonly callMs: number;
  readonly hookMs: number;
  readonly payloadBytes: number;
  readonly chunksUnread: number;
  readonly chunkBytesUnread: number;
  readonly registrations: number;
  readonly queue: number;
  /** What may wait in each queue of an instance, and of one subscriber. */
  readonly queueBytes: number;
  /** Events that wait for one subscriber; more drop the oldest. */
  readonly eventQueue: number;
  /** What a subscriber may take for one event before it is named. */
  readonly eventMs: number;
  readonly parallelWorkers: number;
  readonly logLineBytes: number;
  readonly toolAttempts: number;
  /** Keys and values that a plugin may keep in the storage, for each tenant. */
  readonly storageBytes: number;
  /** What a plugin may keep over a reload. */
  readonly stateBytes: number;
  /** Bytes of the folder's other libraries that are copied with a plugin's own; more are links. */
  readonly copyBytes: number;
  /** Files and folders of a plugin's folder that are looked at for such libraries. */
  readonly copyFiles: number;
}

/** Limits that an embedder gives: whole numbers from 1; times may be Infinity. */
export type LimitOptions = { readonly [Name in keyof Limits]?: Limits[Name] | undefined };

/**
 * The most that a limit of bytes may be: what one string of JavaScript holds, as every text that passes
 * the host becomes one. Files that are copied do not.
 */
export const LARGEST_BYTES = constants.MAX_STRING_LENGTH;

/** The largest value that a limit may have, and why, when it has one. */
export function largestLimit(name: string): number {
  // What is stored or copied never becomes one string.
  const isText = name.endsWith('Bytes') && name !== 'storageBytes' && name !== 'copyBytes';
  return isText ? LARGEST_BYTES : Number.MAX_SAFE_INTEGER;
}

export const DEFAULT_LIMITS: Limits = {
  openMs: 10_000,
  createMs: 5_000,
  registerMs: 5_000,
  initMs: 10_000,
  configureMs: 5_000,
  shutdownMs: 5_000,
  drainMs: 10_000,
  saveMs: 5_000,
  restoreMs: 5_000,
  callMs: 30_000,
  hookMs: 5_000,
  payloadBytes: 16 * 1024 * 1024,
  chunksUnread: 64,
  chunkBytesUnread: 1024 * 1024,
  registrations: 1_000,
  queue: 1_024,
  queueBytes: 16 * 1024 * 1024,
  eventQueue: 1_024,
  eventMs: 5_000,
  parallelWorkers: 4,
  logLineBytes: 16 * 1024,
  toolAttempts: 4,
  storageBytes: 256 * 1024 * 1024,
  stateBytes: 64 * 1024 * 1024,
  copyBytes: 512 * 1024 * 1024,
  copyFiles: 4_096,
};

/** Limits with others over them; the same object when there is nothing over them. */
export function withLimits(limits: Limits, over: Readonly<Partial<Limits>>): Limits {
  return Object.keys(over).length === 0 ? limits : Object.freeze({ ...limits, ...over });
}
