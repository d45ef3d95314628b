import type { PluginLogger } from '../../base/logging/index.js';
import type { CallContext } from '../../instance/index.js';

/** What a handler in TypeScript receives besides its parameters, and how it reports on the way. */
export interface PluginCall {
  /** The registration that is called. */
  readonly name: string;
  /** Which of its methods: "invoke" for all kinds with one method. */
  readonly method: string;
  /** On whose behalf; a trace id is always there. */
  readonly context: CallContext & { readonly traceId: string };
  /**
   * Aborted when the caller no longer waits for the answer: stop soon, a later answer is dropped. Its
   * reason is an AisopodError whose code says why: CANCELLED (by the caller), DEADLINE, STATE (the
   * plugin shuts down), INVALID or TOO_LARGE (a chunk ended the call).
   */
  readonly signal: AbortSignal;
  /** Whether the caller reads chunks. If not, don't make any: chunk() sends nothing. */
  readonly wantsChunks: boolean;
  /** Whether the caller reads progress. */
  readonly wantsProgress: boolean;
  /** As context.logger; its lines carry the trace id, user, session and tenant of this call. */
  readonly logger: PluginLogger;
  /** Milliseconds until the deadline; Infinity without one, 0 when the call has ended. */
  readonly remainingMs: number;
  /**
   * Sends a partial result, in order. Nothing is sent unless the caller reads chunks.
   * @param value what JSON can say; anything else ends the call as failed, and so does sending on
   *   without having waited when the reader is behind
   * @returns when there is room for the next one
   * @throws AisopodError (as rejection) CANCELLED, DEADLINE, GONE: stop; INVALID, TOO_LARGE
   */
  chunk(value: unknown): Promise<void>;
  /**
   * Reports how far it is; only the newest counts.
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
