import { AsyncLocalStorage } from 'node:async_hooks';
import { AisopodError } from '../../base/errors/index.js';
import { isThenable } from '../../base/time/index.js';
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

/** A callback that goes on later, as what it starts finds it. */
interface Frame {
  readonly level: number;
  /** It has not ended; what it has planned for a later turn of the event loop is not in its middle. */
  isOpen: boolean;
}

/**
 * Follows how deep hooks nest. A synchronous callback is on the stack; one that goes on later is
 * followed through its promises; one of a plugin that is no JavaScript, by the context of its calls.
 */
export class Nesting {
  /** Callbacks of which the stack is in the middle. */
  depth = 0;
  readonly #later = new AsyncLocalStorage<Frame>();
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
      `Callbacks of hooks fired ${hook} from within one another, ` +
        `${DEPTH_LIMIT} deep. A callback that calls a tool must not do so for that tool's own call.`,
      { details: { hook, limit: DEPTH_LIMIT } },
    );
  }

  /** How many hooks are in the middle of each other here. */
  level(context: CallContext | undefined): number {
    const frame = this.#used ? this.#later.getStore() : undefined;
    const later = frame?.isOpen === true ? frame.level : 0;
    return Math.max(later, carriedBy(context)) + this.depth;
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

  /** Runs a callback that goes on when this has returned, until the promise of it has settled. */
  runLater<T>(level: number, callback: () => T): T {
    const frame: Frame = { level: level + 1, isOpen: true };
    // Not before this turn is over: a circle without a pause would never end, and hold up everything.
    const end = () =>
      process.nextTick(() => {
        frame.isOpen = false;
      });
    const returned = this.#runIn(frame, callback);
    if (isThenable(returned)) returned.then(end, end);
    else end();
    return returned;
  }

  /** Runs what is as deep as a hook at `level`, though a wrapper of the hook is in the middle of it. */
  runAt<T>(level: number, context: CallContext | undefined, work: () => T): T {
    if (this.#used) return this.#runIn({ level, isOpen: true }, work);
    const before = this.depth;
    this.depth = level - carriedBy(context);
    try {
      return work();
    } finally {
      this.depth = before;
    }
  }

  #runIn<T>(frame: Frame, work: () => T): T {
    this.#used = true;
    const before = this.depth;
    this.depth = 0;
    try {
      return this.#later.run(frame, work);
    } finally {
      this.depth = before;
    }
  }

  /** The context for what a callback asks of the host. */
  contextAt(level: number, context: CallContext | undefined): CallContext {
    return issue<Nested>({ ...context, [DEPTH]: level + 1 });
  }
}

/** How deep the call is, by its context, from which a hook is fired. */
function carriedBy(context: CallContext | undefined): number {
  return (context as Nested | undefined)?.[DEPTH] ?? 0;
}
