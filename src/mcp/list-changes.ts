import type { HostEvents, HostListener } from '../host/index.js';

/**
 * Reports when a list that clients have read is out of date. What happens at once, as when a folder of plugins
 * is dropped in, is one report; a change that leaves the list as it was (a plugin that wakes, the reload of an
 * equal build) is none.
 */
export class ListChanges {
  readonly #events: HostEvents;
  readonly #digest: () => Promise<string>;
  readonly #listeners = new Set<() => void>();
  /** Of the list that the listeners know; null: nothing listens. */
  #known: Promise<string> | null = null;
  #isLooking = false;
  /** Something changed while the list was looked at. */
  #isStale = false;

  /** @param digest differs for lists that differ */
  constructor(events: HostEvents, digest: () => Promise<string>) {
    this.#events = events;
    this.#digest = digest;
  }

  /**
   * Calls the listener at every change from now on.
   * @returns ends it
   */
  listen(listener: () => void): () => void {
    if (this.#listeners.size === 0) {
      this.#known = this.#digest();
      this.#events.on('registryChanged', this.#look).on('phase', this.#onPhase);
    }
    this.#listeners.add(listener);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#events.off('registryChanged', this.#look).off('phase', this.#onPhase);
      this.#known = null;
    };
  }

  /** What is switched off and on stays registered. */
  readonly #onPhase: HostListener<'phase'> = ({ from, to }) => {
    if (from === 'disabled' || to === 'disabled') this.#look();
  };

  /** Compares the list with the known one, once for all changes of this turn of the event loop. */
  readonly #look = (): void => {
    this.#isStale = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    setImmediate(() => void this.#compare());
  };

  async #compare(): Promise<void> {
    while (this.#isStale && this.#known !== null) {
      this.#isStale = false;
      const before = await this.#known;
      const now = await this.#digest();
      if (now === before || this.#known === null) continue;
      this.#known = Promise.resolve(now);
      for (const listener of [...this.#listeners]) listener();
    }
    this.#isLooking = false;
  }
}
