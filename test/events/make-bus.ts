import type { AisopodError } from '../../src/errors/index.js';
import { EventBus } from '../../src/events/index.js';

/** A bus of its own, what it warns of, and what it says that plugins published. */
export function makeBus(limits: Partial<Record<'eventQueue' | 'eventMs', number>> = {}) {
  const warnings: [owner: string, warning: AisopodError][] = [];
  const published: [plugin: string, topic: string, json: string][] = [];
  let warned = () => {};
  const bus = new EventBus({
    limitsOf: () => ({ eventQueue: 1024, eventMs: 60_000, payloadBytes: 1000, ...limits }),
    warn: (owner, warning) => {
      warnings.push([owner, warning]);
      warned();
    },
    published: (...told) => published.push(told),
  });
  /** Resolves at the next warning. */
  const warning = () =>
    new Promise<void>((resolve) => {
      warned = resolve;
    });
  return { bus, warnings, published, warning };
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
