import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../../base/files/file-lock.js';
import { HOST_VERSION } from '../../base/version.js';
import { readState, type StateHeader, writeState } from '../state/index.js';
import type { Crash } from './crash.js';

/** Raised when what is kept here changes its form or its meaning. */
const HEADER: StateHeader = { format: 1, host: HOST_VERSION };

/** Which plugins are left out, by id: `state/crashes.json` of the home. */
export class CrashRecords {
  readonly #file: string;
  #all: Map<string, Crash>;

  /** @param state the folder `state` of a home */
  constructor(state: string) {
    this.#file = join(state, 'crashes.json');
    this.#all = this.#read();
  }

  get ids(): readonly string[] {
    return [...this.#all.keys()];
  }

  find(id: string): Crash | undefined {
    return this.#all.get(id);
  }

  /**
   * Takes the result of a trial, and keeps it for later starts, next to what other processes have kept.
   * @param tried by id; null: the plugin did not crash
   * @throws AisopodError FILE_LOCKED, FILE_UNWRITABLE; the system's error. The result still counts in this
   *   process then
   */
  async take(tried: ReadonlyMap<string, Crash | null>): Promise<void> {
    apply(this.#all, tried);
    await withFileLock(this.#file, async () => {
      const kept = this.#read();
      if (!apply(kept, tried)) return;
      await writeState(this.#file, HEADER, Object.fromEntries(kept));
    });
  }

  #read(): Map<string, Crash> {
    if (!existsSync(this.#file)) return new Map(); // as in most homes
    const read = readState(this.#file, HEADER) as Record<string, Crash> | null;
    return new Map(Object.entries(read ?? {}));
  }
}

/** @returns whether anything has changed */
function apply(all: Map<string, Crash>, tried: ReadonlyMap<string, Crash | null>): boolean {
  let changed = false;
  for (const [id, crash] of tried) {
    if (crash === null) changed = all.delete(id) || changed;
    else {
      all.set(id, crash);
      changed = true;
    }
  }
  return changed;
}
