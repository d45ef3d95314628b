import { oneOf, optional, required, table, wholeNumber } from '../../base/shape/index.js';
import type { KindDefinition } from '../../registry/index.js';
import type { MiddlewareCall, MiddlewareFn, Next } from './link.js';
import { CHAINS, type Chain, DEFAULT_ORDER } from './link.js';

/** The spec of a middleware after it was judged; frozen. */
export interface MiddlewareSpec {
  readonly chain: Chain;
  /** A whole number; lower is further out. */
  readonly order: number;
}

const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;

/** Something that stands around tool calls or messages. */
export const middlewareDefinition: KindDefinition<MiddlewareSpec, MiddlewareSpec> = {
  kind: 'middleware',
  names: 'repeatable',
  caseCounts: true,
  methods: ['invoke'],
  registrar: {
    member: 'registerMiddleware',
    adapt: (spec, code) => ({
      spec,
      code: typeof code === 'function' ? called(code as MiddlewareFn) : code,
    }),
  },
  spec: table(
    {
      chain: required(oneOf(CHAINS), 'What it stands around'),
      order: optional(
        wholeNumber(MIN_SAFE_INTEGER, MAX_SAFE_INTEGER, 'a whole number; lower is further out'),
        DEFAULT_ORDER,
        'Lower is further out; absent: 100',
      ),
    },
    'an object: {"chain": "tool"}',
    { open: true },
  ),
};

/** A MiddlewareFn as the handler that the loader calls. */
function called(fn: MiddlewareFn) {
  return ({ value }: { value: unknown }, { next, ...call }: MiddlewareCall & { next: Next }) =>
    fn(value, next, call);
}
