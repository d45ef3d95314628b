import type { AisopodError } from '../../base/errors/index.js';
import type { SearchPlace } from '../../packages/discovery/index.js';
import { type Look, lookAtPlaces } from '../../packages/discovery/look-at-places.js';
import { WatchedFolders, type WatchFolder } from '../lifecycle/watched-folders.js';
import { QuietUnits } from './quiet-units.js';

/** From the first notice of a change to the look at what has changed. */
const NOTICE_MS = 50;
/** Folders are looked at so often where they cannot be watched. */
const POLL_MS = 2_000;
/** Node.js does not report that the queue of inotify was full, and some file systems report nothing. */
const CHECK_MS = 30_000;
/** A change may be seen before the notice of it is read; after so long it counts as missed. */
const MISSED_MS = 1_000;
/** A look takes at most this part of the time while changes go on. */
const LOOK_SHARE = 0.1;
/** While folders come, others may come in them before they are watched. */
const MOST_ROUNDS = 20;

/** What is watched, and which functions receive what is seen. */
export interface WatchedPlugins {
  /** Where plugins are looked for now. */
  readonly places: () => readonly SearchPlace[];
  /**
   * Files of plugins have changed and are whole. The next change is reported once this settles; if it rejects,
   * the same is reported again later.
   */
  readonly onChange: () => Promise<void>;
  readonly onError: (error: AisopodError) => void;
  /** Changes came to light that the system had not reported. Called once. */
  readonly onMissed: () => void;
  /** Default: fs.watch(). */
  readonly watch?: WatchFolder | undefined;
  /** Milliseconds between two looks while the system reports nothing; default: 30,000. */
  readonly checkMs?: number | undefined;
  /** When the folders were last scanned, in milliseconds since the epoch. */
  readonly scannedAt: number;
}

/**
 * Watches the places where plugins are looked for, and the folders in them. No single notice of the system
 * counts: each leads to a look at everything, so it does not matter which notices are lost. Holds no event
 * loop.
 */
export class WatchPlugins {
  readonly units: QuietUnits;
  readonly #watched: WatchedPlugins;
  readonly #folders: WatchedFolders;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, by performance.now(). */
  #due = Number.POSITIVE_INFINITY;
  #lookMs = 0;
  #isBusy = false;
  #isForced = false;
  /** Since when a change is seen of which there was no notice, by performance.now(); null: none is. */
  #unnoticed: number | null = null;
  /** Whether there was a notice since the last look. */
  #hasNotice = false;
  #isClosed = false;
  #hasMissed = false;

  constructor(watched: WatchedPlugins) {
    this.#watched = watched;
    this.units = new QuietUnits(watched.scannedAt);
    this.#folders = new WatchedFolders({
      changed: () => {
        this.#unnoticed = null;
        this.#hasNotice = true;
        this.soon();
      },
      onError: watched.onError,
      what: 'plugins',
      instead: `The host looks at their folders every ${POLL_MS / 1000} seconds instead.`,
      ...(watched.watch !== undefined && { watch: watched.watch }),
    });
    this.#look();
  }

  /** Something may have changed. @param force report it even if no file has */
  soon(force = false): void {
    this.#isForced ||= force;
    this.#after(Math.max(NOTICE_MS, this.#lookMs / LOOK_SHARE));
  }

  /**
   * Looks at all places, and remembers since when each unit is as it is now.
   * @param isNew folders that were not watched until now may have changed without a notice
   */
  look(isNew = false): Look {
    const begun = performance.now();
    const look = lookAtPlaces(this.#watched.places());
    const differs = this.units.see(look);
    this.#lookMs = performance.now() - begun;
    const isExpected = isNew || this.#hasNotice || this.#folders.isBlind;
    if (differs && !isExpected) this.#unnoticed ??= begun;
    return look;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#folders.close();
  }

  #after(ms: number): void {
    if (this.#isClosed) return;
    const due = performance.now() + ms;
    if (due >= this.#due) return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#due = Number.POSITIVE_INFINITY;
    let look = this.look();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (!this.#folders.follow(look.ways, look.folders)) break;
      look = this.look(true);
    }
    this.#hasNotice = false;
    this.#judgeMissed();
    const { ready, waitMs } = this.units.state();
    if (this.#isForced || ready) this.#report();
    this.#after(this.#folders.isBlind ? POLL_MS : (this.#watched.checkMs ?? CHECK_MS));
    if (waitMs !== null) this.#after(Math.max(waitMs, this.#lookMs / LOOK_SHARE));
  }

  /** Whether a change is seen that the system has not reported and would have by now. */
  #judgeMissed(): void {
    if (this.#unnoticed === null) return;
    const left = this.#unnoticed + MISSED_MS - performance.now();
    if (left > 0) {
      this.#after(left);
      return;
    }
    this.#unnoticed = null;
    if (!this.#hasMissed) this.#watched.onMissed();
    this.#hasMissed = true;
  }

  #report(): void {
    if (this.#isBusy) return; // when that is done, the next look reports it
    this.#isBusy = true;
    this.#isForced = false;
    const done = (ms: number) => {
      this.#isBusy = false;
      this.#after(ms);
    };
    this.#watched.onChange().then(
      () => done(NOTICE_MS),
      () => done(POLL_MS),
    );
  }
}
