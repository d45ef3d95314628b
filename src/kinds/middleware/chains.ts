/** What middleware can stand around. */
export type Chain = 'tool' | 'message';

export const CHAINS = ['tool', 'message'] as const satisfies readonly Chain[];

/** Where a middleware stands when it does not say: lower is further out. */
export const DEFAULT_ORDER = 100;

export function isChain(value: unknown): value is Chain {
  return CHAINS.some((chain) => chain === value);
}
