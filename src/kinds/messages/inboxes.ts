import { AisopodError } from '../../base/errors/index.js';
import type { OnMessage } from './plugin-messaging.js';

/** The handlers in JavaScript, one for each plugin that has one. */
export class Inboxes {
  readonly #handlers = new Map<string, OnMessage>();

  get(plugin: string): OnMessage | undefined {
    return this.#handlers.get(plugin);
  }

  /** @throws AisopodError INBOX_TAKEN, USAGE */
  open(plugin: string, fn: OnMessage): () => void {
    if (typeof fn !== 'function') {
      throw new AisopodError('USAGE', `onMessage() takes a function, not a ${typeof fn}.`, {
        details: { plugin },
      });
    }
    if (this.#handlers.has(plugin)) {
      throw new AisopodError(
        'INBOX_TAKEN',
        `Plugin ${plugin} answers messages already, and there is one handler for all of them.`,
        { details: { plugin } },
      );
    }
    this.#handlers.set(plugin, fn);
    return () => {
      if (this.#handlers.get(plugin) === fn) this.#handlers.delete(plugin);
    };
  }

  remove(plugin: string): void {
    this.#handlers.delete(plugin);
  }
}
