import type { RawSubscription } from '../../abi/index.js';
import { compilePattern, type Matcher } from './pattern.js';
import type { Published } from './published.js';
import type { Hearer } from './subscription.js';

/**
 * Hands one event to the subscriptions of a plugin that it matches. It must not wait or throw. `meta`
 * is the JSON text of its context, '' when nothing is known.
 */
export type Deliver = (
  tokens: readonly number[],
  topic: string,
  source: string,
  json: string,
  meta: string,
) => void;

/**
 * What a plugin subscribed to while it registered. An event is handed over once, however many of its
 * subscriptions it matches; the plugin's loader keeps their queues.
 */
export class PluginInlet {
  readonly #source: string;
  readonly #subscriptions: readonly { readonly token: number; readonly matches: Matcher }[];
  readonly #deliver: Deliver;

  /** @throws AisopodError TOPIC_INVALID */
  constructor(source: string, subscriptions: readonly RawSubscription[], deliver: Deliver) {
    this.#source = source;
    this.#subscriptions = subscriptions.map(({ token, pattern }) => ({
      token,
      matches: compilePattern(pattern),
    }));
    this.#deliver = deliver;
  }

  /** What receives the events of a topic, or null. */
  hearer(topic: string): Hearer | null {
    const tokens = this.#subscriptions
      .filter(({ matches }) => matches(topic))
      .map(({ token }) => token);
    if (tokens.length === 0) return null;
    const deliver = this.#deliver;
    return {
      source: this.#source,
      put: ({ topic, source, json, meta }: Published) => deliver(tokens, topic, source, json, meta),
    };
  }
}
