import type { AisopodError } from '../../../src/base/errors/index.js';
import type { Generation } from '../../../src/instance/index.js';
import { Epoch } from '../../../src/registry/index.js';
import {
  EventBusService,
  type EventContext,
  type EventLimits,
} from '../../../src/services/events/index.js';
import { makeGeneration } from '../../support/generations.js';

const LIMITS = { eventQueue: 1024, queueBytes: 2 ** 24, eventMs: 60_000, payloadBytes: 1000 };

/** A bus of its own, what it warns of, and what it reports that plugins published. */
export function makeBus(limits: Partial<EventLimits> = {}) {
  const warnings: [owner: string, warning: AisopodError][] = [];
  const published: [plugin: string, topic: string, json: string, context: EventContext][] = [];
  const epoch = new Epoch();
  let warned = () => {};
  const bus = new EventBusService({
    epoch,
    limits: { ...LIMITS, ...limits },
    warn: (owner, warning) => {
      warnings.push([owner?.plugin ?? 'host', warning]);
      warned();
    },
    published: ({ plugin }, ...event) => published.push([plugin, ...event]),
  });
  /** Resolves at the next warning. */
  const warning = () =>
    new Promise<void>((resolve) => {
      warned = resolve;
    });
  const generations = new Map<string, Generation>();
  /** The generation of a plugin, always the same. */
  const plugin = (id: string) => {
    const known = generations.get(id) ?? makeGeneration(id, undefined, { ...LIMITS, ...limits });
    generations.set(id, known);
    return known;
  };
  return { bus, epoch, plugin, warnings, published, warning };
}

/** A subscriber that keeps what it gets; `until` waits for so many. */
export function collector<T>() {
  const got: T[] = [];
  let wake = () => {};
  return {
    got,
    take: (event: T) => {
      got.push(event);
      wake();
    },
    async until(count: number): Promise<T[]> {
      while (got.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return got;
    },
  };
}
