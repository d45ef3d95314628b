import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';
import type { Operation } from './operation-queue.js';

/** What starting new plugins needs from the host. */
export interface Starter {
  /** Adds a plugin to those of the host. @throws why it can't be added */
  readonly take: (finding: Finding) => Plugin;
  /** Starts those that can be; how that came out is in their phases. */
  readonly start: (plugins: readonly Plugin[]) => Promise<void>;
}

/** Adds plugins and starts them as one plan, in the order in which they need each other. */
export class StartOperation implements Operation {
  readonly cause = 'load';
  /** Settles with it; set when it is queued. */
  done: Promise<void> = Promise.resolve();
  readonly #starter: Starter;
  readonly #findings: Finding[] = [];
  readonly #taken = new Map<Finding, Plugin>();
  readonly #refusals = new Map<Finding, unknown>();

  constructor(starter: Starter) {
    this.#starter = starter;
  }

  /** Another plugin starts with it. Before it begins only. */
  join(finding: Finding): void {
    this.#findings.push(finding);
  }

  readonly run = async (): Promise<void> => {
    const { take, start } = this.#starter;
    for (const finding of this.#findings) {
      try {
        this.#taken.set(finding, take(finding));
      } catch (error) {
        this.#refusals.set(finding, error);
      }
    }
    await start([...this.#taken.values()]);
  };

  /** After it: the plugin that a finding was added to. @throws why it could not be added */
  taken(finding: Finding): Plugin {
    if (this.#refusals.has(finding)) throw this.#refusals.get(finding);
    return this.#taken.get(finding) as Plugin;
  }
}
