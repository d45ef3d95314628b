import type { Answer, CallContext, Generation } from '../../instance/index.js';
import type { Entry } from '../../registry/index.js';

/** What middleware can stand around. */
export type Chain = 'tool' | 'message';

export const CHAINS = ['tool', 'message'] as const satisfies readonly Chain[];

/** Where a middleware stands when it does not say: lower is further out. */
export const DEFAULT_ORDER = 100;

export function isChain(value: unknown): value is Chain {
  return CHAINS.some((chain) => chain === value);
}

/** Goes on with the chain; without a value, with the one that came. At most once a call. */
export type Next = (value?: unknown) => Promise<unknown>;

/** What a middleware is told besides the value. */
export interface MiddlewareCall {
  /** On whose behalf. Given to a call that it makes, that counts as a part of this one. */
  readonly context: CallContext;
  /** Aborted when no caller waits for the result any more. */
  readonly signal: AbortSignal;
}

/**
 * A middleware in JavaScript: gives the result of the call, its own or what next() gave. With
 * undefined or null, what next() gave stands.
 */
export type MiddlewareFn = (value: unknown, next: Next, call: MiddlewareCall) => unknown;

/** One middleware in its place in a chain. */
export interface Link {
  readonly chain: Chain;
  /** null: the embedder's own. */
  readonly plugin: string | null;
  /** The generation of that plugin; undefined: whichever serves when the chain is run. */
  readonly generation?: Generation | undefined;
  readonly name: string;
  readonly order: number;
  /** What a plugin registered, or a function of this program. */
  readonly handler: Pick<Entry, 'token' | 'generation'> | MiddlewareFn;
}

/** A plugin's own no, as it came over the ABI. */
export class LinkFailure extends Error {
  readonly answer: Extract<Answer, { ok: false }>;

  constructor(answer: Extract<Answer, { ok: false }>) {
    super(answer.message, answer.cause === undefined ? undefined : { cause: answer.cause });
    this.answer = answer;
  }
}

/** How a link is called in messages. */
export function nameOf({ plugin, name }: Link): string {
  return plugin === null ? `the middleware "${name}"` : `the middleware ${plugin}:${name}`;
}

/** By order, then plugin id; what is equal keeps its place, which is that of its registration. */
export function byOrder(a: Link, b: Link): number {
  if (a.order !== b.order) return a.order - b.order;
  const [of, than] = [a.plugin ?? '', b.plugin ?? ''];
  return of === than ? 0 : of < than ? -1 : 1;
}
