import type { CallContext } from '../plugin-instance.js';

/** What a handler in TypeScript is told besides its parameters, and what it can tell back. */
export interface PluginCall {
  /** The registration that is called. */
  readonly name: string;
  /** What is asked of it: "invoke" for all kinds with one method. */
  readonly method: string;
  /** On whose behalf; a trace id is always there. */
  readonly context: CallContext & { readonly traceId: string };
  /** Aborted when nobody waits for the answer any more: stop soon, what is answered is dropped. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline; Infinity when there is none, 0 when the call has ended. */
  readonly remainingMs: number;
  /**
   * Sends a partial result, in order. Nothing is sent when the caller asked for none.
   * @param value what JSON can say; anything else ends the call as failed, and so does sending on
   *   without having waited when the reader is behind
   * @returns when there is room for the next one
   * @throws AisopodError (as rejection) CANCELLED, DEADLINE, GONE: stop; INVALID, TOO_LARGE
   */
  chunk(value: unknown): Promise<void>;
  /**
   * Tells how far it is; only the newest counts.
   * @param fraction 0..1, or null for unknown
   * @throws AisopodError INVALID
   */
  progress(fraction: number | null, note?: string): void;
}

/**
 * A handler in TypeScript: what it returns, or the promise of it, is the reply. An async iterable
 * streams: each value is a chunk, what it returns at the end is the reply. A thrown AisopodError
 * whose code is a status of the ABI answers that status, any other error FAIL.
 */
export type PluginHandler<P = never> = (params: P, call: PluginCall) => unknown;
