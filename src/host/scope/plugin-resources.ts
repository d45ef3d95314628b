import { AisopodError } from '../../base/errors/index.js';

/** What a plugin holds of the host while it runs: returned one by one, or all at its end. */
export class PluginResources {
  readonly #plugin: string;
  readonly #open = new Set<() => void>();
  #stopped = false;
  #ended = false;

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  /**
   * Takes a resource of the host.
   * @param take returns the function that gives it back
   * @returns gives it back; may be called again
   * @throws AisopodError STATE when the plugin shuts down or has ended; what `take` throws
   */
  hold(take: () => () => void): () => void {
    this.assertOpen();
    if (this.#stopped) {
      const text = `Plugin ${this.#plugin} shuts down, so it can acquire nothing more.`;
      throw new AisopodError('STATE', text);
    }
    const giveBack = take();
    this.#open.add(giveBack);
    return () => {
      if (this.#open.delete(giveBack)) giveBack();
    };
  }

  /** @throws AisopodError STATE when the plugin has ended */
  assertOpen(): void {
    if (!this.#ended) return;
    const text = `Plugin ${this.#plugin} has ended, so the host no longer serves it.`;
    throw new AisopodError('STATE', text);
  }

  /** The shutdown begins: everything is given back, and nothing can be held any more. */
  stop(): void {
    this.#stopped = true;
    for (const giveBack of this.#open) giveBack();
    this.#open.clear();
  }

  /** The plugin has ended: the host does nothing for it any more. */
  end(): void {
    this.stop();
    this.#ended = true;
  }
}
