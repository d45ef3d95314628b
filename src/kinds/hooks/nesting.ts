import { AsyncLocalStorage } from 'node:async_hooks';
import { AisopodError } from '../../base/errors/index.js';
import { type CallContext, issue } from '../../instance/index.js';
import type { HookName } from './hook-types.js';

/** How many hooks may be in the middle of each other: a callback calls a tool, whose hook ... */
export const DEPTH_LIMIT = 8;

// Travels with the context of calls: copies that the host or the embedder makes keep it, and JSON leaves
// it out.
const DEPTH = Symbol('aisopod.hook.depth');

interface Nested extends CallContext {
  readonly [DEPTH]?: number;
}

/**
 * Follows how deep hooks nest. A synchronous callback is on the stack; one that goes on later is
 * followed through its promises; one of a plugin that is no JavaScript, by the context of its calls.
 */
export class Nesting {
  /** Callbacks of which the stack is in the middle. */
  depth = 0;
  readonly #later = new AsyncLocalStorage<number>();
  #used = false;

  /**
   * How deep a hook is that is fired now.
   * @throws AisopodError HOOK_DEPTH
   */
  enter(hook: HookName, context: CallContext | undefined): number {
    const level = this.level(context);
    if (level < DEPTH_LIMIT) return level;
    throw new AisopodError(
      'HOOK_DEPTH',
      `${hook} was fired by a callback of a hook, which was fired by one again, and so on, ` +
        `${DEPTH_LIMIT} deep. A callback that calls a tool must not do so for that tool's own call.`,
      { details: { hook, limit: DEPTH_LIMIT } },
    );
  }

  /** How many hooks are in the middle of each other here. */
  level(context: CallContext | undefined): number {
    const later = this.#used ? (this.#later.getStore() ?? 0) : 0;
    const carried = (context as Nested | undefined)?.[DEPTH] ?? 0;
    return Math.max(later, carried) + this.depth;
  }

  /** Runs a callback that answers at once. */
  run<T>(callback: () => T): T {
    this.depth += 1;
    try {
      return callback();
    } finally {
      this.depth -= 1;
    }
  }

  /** Runs a callback that goes on when this has returned. */
  runLater<T>(level: number, callback: () => T): T {
    this.#used = true;
    const before = this.depth;
    this.depth = 0;
    try {
      return this.#later.run(level + 1, callback);
    } finally {
      this.depth = before;
    }
  }

  /** The context for what a callback asks of the host. */
  contextAt(level: number, context: CallContext | undefined): CallContext {
    return issue<Nested>({ ...context, [DEPTH]: level + 1 });
  }
}
