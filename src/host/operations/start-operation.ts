import type { PluginRecord } from '../plugins/plugin-record.js';
import type { Operation } from './operation-queue.js';

/** What starting new plugins needs from the host. */
export interface Starter {
  /** Adds a plugin to those of the host. @throws why it can't be added */
  readonly take: (record: PluginRecord) => void;
  /** Starts those that can be; how that came out is in their records. */
  readonly start: (records: readonly PluginRecord[]) => Promise<void>;
}

/** Adds plugins and starts them as one plan, in the order in which they need each other. */
export class StartOperation implements Operation {
  /** Settles with it; set when it is queued. */
  done: Promise<void> = Promise.resolve();
  readonly #starter: Starter;
  readonly #records: PluginRecord[] = [];
  readonly #refusals = new Map<PluginRecord, unknown>();

  constructor(starter: Starter) {
    this.#starter = starter;
  }

  /** Another plugin starts with it. Before it begins only. */
  join(record: PluginRecord): void {
    this.#records.push(record);
  }

  readonly run = async (): Promise<void> => {
    const { take, start } = this.#starter;
    const taken = this.#records.filter((record) => {
      try {
        take(record);
        return true;
      } catch (error) {
        this.#refusals.set(record, error);
        return false;
      }
    });
    await start(taken);
  };

  /** After it: @throws why the plugin could not be added */
  assertTaken(record: PluginRecord): void {
    if (this.#refusals.has(record)) throw this.#refusals.get(record);
  }
}
