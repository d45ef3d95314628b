/** What middleware can stand around. */
export const CHAINS = ['tool', 'message'] as const;

export type Chain = (typeof CHAINS)[number];

/** Where a middleware stands when it does not say: lower is further out. */
export const DEFAULT_ORDER = 100;

export function isChain(value: unknown): value is Chain {
  return CHAINS.some((chain) => chain === value);
}
