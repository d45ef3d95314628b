import { AisopodError } from '../errors/index.js';

/** What a plugin holds of the host while it runs: given back one by one, or all at its end. */
export class Holdings {
  readonly #plugin: string;
  readonly #open = new Set<() => void>();
  #ended = false;

  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  /**
   * Takes hold of something.
   * @param take gives what lets it go
   * @returns lets it go; may be called again
   * @throws AisopodError STATE when the plugin has ended; what `take` throws
   */
  hold(take: () => () => void): () => void {
    this.assertOpen();
    const letGo = take();
    this.#open.add(letGo);
    return () => {
      if (this.#open.delete(letGo)) letGo();
    };
  }

  /** @throws AisopodError STATE when the plugin has ended */
  assertOpen(): void {
    if (!this.#ended) return;
    const text = `Plugin ${this.#plugin} has ended, so the host does nothing for it any more.`;
    throw new AisopodError('STATE', text);
  }

  /** Lets go of everything, for good. */
  end(): void {
    this.#ended = true;
    for (const letGo of this.#open) letGo();
    this.#open.clear();
  }
}
