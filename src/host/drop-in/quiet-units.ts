import { dirname } from 'node:path';
import type { Look, Unit } from '../../packages/discovery/look-at-places.js';

/** A unit is whole once nothing in it has changed for so long. */
const QUIET_MS = 250;
/** One with a fault may be half of what is being copied, so it gets more time. */
const FAULTY_QUIET_MS = 1_000;
/** The clock that stamps files goes in ticks; where file systems count seconds, they count down. */
const TICK_MS = 2_100;

/** A unit as it stands now; null: it is gone. */
interface Seen {
  readonly unit: Unit | null;
  /** Since when it is seen so, by performance.now(). */
  readonly since: number;
}

/** Since when each unit is as it is, and as what it was last taken. */
export class QuietUnits {
  readonly #scannedAt: number;
  #seen: ReadonlyMap<string, Seen> = new Map();
  /** Stamps of what was taken, by path; of what is gone there is none. */
  readonly #taken = new Map<string, string>();
  /** Units that are quiet but have a fault, and are given time to be completed. */
  readonly #faulty = new Set<string>();
  #isFirst = true;
  /** When see() was called last, by performance.now() and Date.now(): all answers are about that moment. */
  #now = 0;
  #date = 0;

  /** @param scannedAt when the folders were scanned that were taken first, in milliseconds since the epoch */
  constructor(scannedAt: number) {
    this.#scannedAt = scannedAt;
  }

  /** Takes note of what stands there now. @returns whether anything is different from the last time */
  see({ units }: Look): boolean {
    const now = performance.now();
    this.#now = now;
    this.#date = Date.now();
    let differs = false;
    const next = new Map<string, Seen>();
    for (const [path, unit] of units) {
      const before = this.#seen.get(path);
      const same = before?.unit?.stamp === unit.stamp;
      next.set(path, { unit, since: same ? before.since : now });
      if (!same) {
        differs = true;
        this.#faulty.delete(path);
      }
      // What changed after that scan, or in the same tick of the clock, is compared with what runs.
      if (this.#isFirst && unit.changedAt < this.#scannedAt - TICK_MS) {
        this.#taken.set(path, unit.stamp);
      }
    }
    for (const path of new Set([...this.#taken.keys(), ...this.#seen.keys()])) {
      if (next.has(path)) continue;
      const before = this.#seen.get(path);
      const isGone = before !== undefined && before.unit === null;
      if (!isGone) differs = true;
      if (this.#taken.has(path)) next.set(path, { unit: null, since: isGone ? before.since : now });
    }
    this.#seen = next;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return differs && !isFirst;
  }

  /** The unit that a path belongs to: its folder, a version in it, or a file that lies loose. */
  of(path: string): string {
    const knows = (each: string) => this.#seen.has(each) || this.#taken.has(each);
    if (knows(path) || !knows(dirname(path))) return path;
    return dirname(path);
  }

  /** What its manifests and libraries are now; '' when it is gone. */
  codeOf(path: string): string {
    return this.#seen.get(path)?.unit?.code ?? '';
  }

  /** Whether a unit is not as it was taken. */
  hasChanged(path: string): boolean {
    return this.#seen.get(path)?.unit?.stamp !== this.#taken.get(path);
  }

  /** Whether a unit has changed and may still be being written. */
  isUnsettled(path: string): boolean {
    return this.hasChanged(path) && this.#waitMs(path) > 0;
  }

  /**
   * Whether a unit in which a fault was found may still be being written; if so, it is looked at again when
   * it has had the time to be completed.
   */
  mayBeIncomplete(path: string): boolean {
    if (!this.hasChanged(path)) return false;
    this.#faulty.add(path);
    return this.#waitMs(path) > 0;
  }

  /** What has changed and is settled is taken as it stands. */
  take(): void {
    for (const [path, { unit }] of this.#seen) {
      if (!this.hasChanged(path) || this.#waitMs(path) > 0) continue;
      this.#faulty.delete(path);
      if (unit === null) this.#taken.delete(path);
      else this.#taken.set(path, unit.stamp);
    }
  }

  /** Whether anything can be taken, and in how many milliseconds more could be; null: nothing waits. */
  state(): { readonly ready: boolean; readonly waitMs: number | null } {
    let ready = false;
    let waitMs: number | null = null;
    for (const path of this.#seen.keys()) {
      if (!this.hasChanged(path)) continue;
      const wait = this.#waitMs(path);
      if (wait <= 0) ready = true;
      else waitMs = Math.min(waitMs ?? wait, wait);
    }
    return { ready, waitMs };
  }

  /** Milliseconds until a unit counts as whole; 0 or less: it does. */
  #waitMs(path: string): number {
    const seen = this.#seen.get(path);
    if (seen === undefined) return 0;
    const { unit, since } = seen;
    const isSeen = this.#now - since;
    // A folder that is moved to its place as a whole was written before.
    const isWritten = unit === null || unit.writtenAt === 0 ? 0 : this.#date - unit.writtenAt;
    const needed = this.#faulty.has(path) ? FAULTY_QUIET_MS : QUIET_MS;
    return Math.ceil(needed - Math.max(isSeen, isWritten));
  }
}
