import type { DirectCall } from '../../instance/index.js';
import type { CallbackChain } from './callback-chain.js';
import { HOOK_POINTS } from './hook-points.js';
import type { HookMode } from './hook-types.js';
import type { HookFn } from './tap.js';

/** A hook as who fires it calls it. */
export type Run = (payload: unknown, call: DirectCall) => unknown;

// Longer code would not be optimised any more.
const LONGEST = 64;

/**
 * Makes a straight run of calls of a chain: each callback is called from a place of its own, which
 * lets V8 inline it. That takes generated code: closures and loops share one place for all callbacks
 * of all hooks, and were measured to cost seven times as much. Nothing but numbers goes into it.
 */
export function compileChain(chain: CallbackChain): Run {
  const walk: Run = (payload, call) => chain.walk(payload, call);
  if (chain.taps.length > LONGEST) return walk;
  const fns = chain.taps.map(({ fn }) => fn);
  const plugins = chain.taps.map(({ plugin }) => plugin);
  const { mode } = HOOK_POINTS[chain.hook];
  const code = codeOf(mode, fns.length, chain.problem === undefined ? TAKE[mode] : LOOK);
  let make: (chain: CallbackChain, plugins: readonly string[], fns: readonly HookFn[]) => Run;
  try {
    make = new Function('chain', 'plugins', 'fns', code) as typeof make;
  } catch (error) {
    // --disallow-code-generation-from-strings
    if (error instanceof EvalError) return walk;
    throw error;
  }
  return make(chain, plugins, fns);
}

type Take = (i: number, hand: string) => string;

/** An answer that has to be looked at. */
const LOOK: Take = (_, hand) => hand;

/**
 * What is done with answer `r` of callback `i`; `hand` leaves it to the walk, which looks closely at
 * what may be a promise, or no payload. The questions are in the order in which V8 asks one only.
 */
const TAKE: Record<HookMode, Take> = {
  observe: (_, hand) => `if (r.then !== undefined) ${hand}`,
  decide: LOOK,
  collect: (i, hand) =>
    `if (r.then !== undefined) ${hand}\n collected.push({ plugin: plugins[${i}], value: r });`,
  transform: (_, hand) =>
    `if (r.then !== undefined || r.length !== undefined || typeof r !== 'object') ${hand}
    payload = r;`,
};

const RESULT: Record<HookMode, string> = {
  observe: 'undefined',
  decide: 'null',
  collect: 'collected',
  transform: 'payload',
};

function codeOf(mode: HookMode, length: number, take: Take): string {
  const numbers = Array.from({ length }, (_, i) => i);
  const collected = mode === 'collect' ? 'collected' : '[]';
  const hand = (i: number) => `{ handed = ${i}; break run; }`;
  return `
'use strict';
const nesting = chain.nesting;
${numbers.map((i) => `const f${i} = fns[${i}];`).join('\n')}
return function fire(payload, call) {
  if (chain.quick === 0 || nesting.depth !== 0) return chain.walk(payload, call);
  chain.quick -= 1;
  ${mode === 'collect' ? 'const collected = [];' : ''}
  let i = 0;
  let r;
  let handed = -1;
  nesting.depth = 1;
  run: try {
    ${numbers
      .map(
        (i) => `i = ${i};
    r = f${i}(payload, call);
    if (r != null) { ${take(i, hand(i))} }`,
      )
      .join('\n    ')}
  } catch (error) {
    nesting.depth = 0;
    return chain.threw(i, error, payload, call, ${collected});
  }
  nesting.depth = 0;
  if (handed >= 0) return chain.resume(handed, r, payload, call, ${collected});
  return ${RESULT[mode]};
};`;
}
