import type { InstanceEvents } from '../../src/instance/index.js';

/** What an instance reports by itself, in order: the name of the event and its arguments. */
export class Reports {
  readonly all: (readonly unknown[])[] = [];
  #wake = () => {};

  /** Goes into a LoadRequest. */
  readonly events: InstanceEvents = {
    log: (...line) => this.#add('log', ...line),
    logLost: (lost) => this.#add('logLost', lost),
    warning: ({ code }) => this.#add('warning', code),
    notice: (...line) => this.#add('notice', ...line),
    stuck: (handler) => this.#add('stuck', handler),
    publication: (...event) => this.#add('publication', ...event),
  };

  /** The oldest report that fits and was not taken yet; waits for it if need be. */
  async next(fits: (report: readonly unknown[]) => boolean): Promise<readonly unknown[]> {
    for (;;) {
      const at = this.all.findIndex(fits);
      if (at >= 0) return this.all.splice(at, 1)[0] as readonly unknown[];
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #add(...report: unknown[]): void {
    this.all.push(report);
    this.#wake();
  }
}
