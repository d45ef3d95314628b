import { AisopodError } from '../../base/errors/index.js';
import { typeName } from '../../base/text/index.js';
import type { Generation } from '../../instance/index.js';
import type { OnMessage } from './plugin-messaging.js';

/** The handlers in JavaScript, one for each generation of a plugin that has one. */
export class Inboxes {
  readonly #handlers = new WeakMap<Generation, OnMessage>();

  get(generation: Generation): OnMessage | undefined {
    return this.#handlers.get(generation);
  }

  /** @throws AisopodError INBOX_TAKEN, USAGE */
  open(generation: Generation, fn: OnMessage): () => void {
    const { plugin } = generation;
    if (typeof fn !== 'function') {
      throw new AisopodError('USAGE', `onMessage() takes a function, not ${typeName(fn)}.`, {
        details: { plugin },
      });
    }
    if (this.#handlers.has(generation)) {
      throw new AisopodError(
        'INBOX_TAKEN',
        `Plugin ${plugin} answers messages already, and there is one handler for all of them.`,
        { details: { plugin } },
      );
    }
    this.#handlers.set(generation, fn);
    return () => {
      if (this.#handlers.get(generation) === fn) this.#handlers.delete(generation);
    };
  }

  /** The generation answers no more. */
  remove(generation: Generation): void {
    this.#handlers.delete(generation);
  }
}
