import { AisopodError } from '../../base/errors/index.js';
import { type CallContext, issue } from '../../instance/index.js';

// Travels with the context: copies that the host or the embedder makes keep it, JSON leaves it out.
const CHAIN = Symbol('aisopod.message.chain');

interface Chained extends CallContext {
  readonly [CHAIN]?: readonly string[];
}

/**
 * Who waits for whom when `from` sends on behalf of the call with `context`: the first sender comes
 * first, `from` last.
 */
export function chainOf(context: CallContext | undefined, from: string): readonly string[] {
  const chain = (context as Chained | undefined)?.[CHAIN] ?? [];
  return chain.at(-1) === from ? chain : [...chain, from];
}

/** A context with the same content, for a message to `to` which all of `chain` wait for. */
export function contextFor(
  context: CallContext,
  chain: readonly string[],
  to: string,
): CallContext {
  return issue<Chained>({ ...context, [CHAIN]: [...chain, to] });
}

/**
 * @param reentrant whether `to` can answer while it waits for an answer itself
 * @throws AisopodError MESSAGE_CYCLE
 */
export function refuseCycle(chain: readonly string[], to: string, reentrant: boolean): void {
  if (reentrant || !chain.includes(to)) return;
  const way = [...chain, to];
  throw new AisopodError(
    'MESSAGE_CYCLE',
    `The message would go in a circle (${way.join(' -> ')}): ${to} takes one call at a time and ` +
      'waits for this one. Answer without asking back, or register the message handler with ' +
      'AISOPOD_F_PARALLEL.',
    { details: { chain: way } },
  );
}
