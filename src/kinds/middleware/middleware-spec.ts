import type { RawRegistration } from '../../abi/index.js';
import { isObject, pointerTo } from '../../base/json/index.js';
import { shorten, unknownKeyText } from '../../base/text/index.js';
import type { ParsedSpec, SpecProblem } from '../../registry/index.js';
import { CHAINS, type Chain, DEFAULT_ORDER, isChain } from './chains.js';

/** The spec of a middleware after it was judged; frozen. */
export interface MiddlewareSpec {
  readonly chain: Chain;
  /** A whole number; lower is further out. */
  readonly order: number;
}

const KEYS = ['chain', 'order'];

/** Reads the spec of a middleware: `chain` (required), `order`. */
export function parseMiddlewareSpec(raw: RawRegistration): ParsedSpec<MiddlewareSpec> {
  const problems: SpecProblem[] = [];
  const warnings: SpecProblem[] = [];
  const note = (list: SpecProblem[], path: string, message: string) =>
    list.push({ code: 'REGISTRATION_INVALID', path, message });
  const spec = parsed(raw.spec);
  if (spec === null) {
    note(problems, '', 'the spec must be an object: {"chain": "tool"}');
    return { spec: { chain: 'tool', order: DEFAULT_ORDER }, problems, warnings };
  }
  for (const key of Object.keys(spec)) {
    if (KEYS.includes(key)) continue;
    note(warnings, pointerTo('', key), unknownKeyText(key, KEYS));
  }
  const { chain = null, order = DEFAULT_ORDER } = spec;
  if (!isChain(chain)) {
    const found = chain === null ? 'is missing' : `is ${shorten(JSON.stringify(chain), 100)}`;
    note(problems, '/chain', `"chain" ${found}; it must be one of ${CHAINS.join(', ')}`);
  }
  if (!Number.isSafeInteger(order)) {
    note(problems, '/order', '"order" must be a whole number; lower is further out');
  }
  return {
    spec: Object.freeze({ chain: chain as Chain, order: order as number }),
    problems,
    warnings,
  };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
