import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeOwnFolder, processName, setMode } from '../../base/files/index.js';
import {
  HEADER_BYTES,
  SLOT_BYTES,
  SlotState,
  slotAt,
  writeHeader,
  writeSlots,
  writeState,
} from './journal-format.js';

/** How long a mark may outlive the start of its plugin, so that one write removes several marks. */
const CLEARED_MS = 20;

/** More hosts of one process, on one home, get no journal. */
const MOST_FILES = 64;

const CREATE =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** The journals of this thread, which a regular end of the process removes. */
const open = new Set<Journal>();
let listening = false;

/**
 * Marks in the home which plugins this process is starting: a file of `state/journal`, which has the name of
 * the process. A mark survives the process, whatever ends it, but not a loss of power: nothing is flushed.
 * One write marks any number of plugins.
 */
export class Journal {
  readonly #fd: number;
  readonly #path: string;
  readonly #slots = new Map<string, number>();
  #free: number[] = [];
  /** Slots whose plugins are no longer started, which the file does not say yet. */
  #cleared: number[] = [];
  #bytes = Buffer.alloc(HEADER_BYTES + 16 * SLOT_BYTES);
  #used = 0;
  /** The part of #bytes that the file does not have yet. */
  #dirtyFrom = 0;
  #dirtyTo = HEADER_BYTES;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Makes the file.
   * @param dir absolute path of `state/journal`; it is made, in a folder that may be missing too
   * @throws the system's error
   */
  constructor(dir: string) {
    const refused = makeOwnFolder(dir);
    if (refused !== null) throw new Error(`${dir} ${refused}`);
    [this.#fd, this.#path] = create(dir);
    writeHeader(this.#bytes);
    open.add(this);
    if (listening) return;
    listening = true;
    process.on('exit', () => {
      for (const each of open) each.close();
    });
  }

  /**
   * Marks plugins as being started, before any of their code runs.
   * @throws the system's error; then none is marked
   */
  mark(ids: readonly string[]): void {
    if (!open.has(this)) return; // its descriptor may be another file by now
    this.#clearSlots();
    const marked = this.#slots.size === 0 ? [...ids] : ids.filter((id) => !this.#slots.has(id));
    const reused = marked.splice(0, this.#free.length);
    for (const id of reused) this.#write(this.#free.pop() ?? 0, [id]);
    if (marked.length > 0) this.#write(this.#used, marked);
    this.#flush();
  }

  /**
   * Removes the mark of a plugin: at once if no other plugin is marked, else together with others within
   * CLEARED_MS. If the process ends before, the next start tries the plugin in vain.
   */
  clear(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#slots.delete(id);
    this.#cleared.push(slot);
    if (this.#slots.size === 0) this.#flushCleared();
    else this.#timer ??= setTimeout(() => this.#flushCleared(), CLEARED_MS).unref();
  }

  /** Removes the file: nothing is being started. */
  close(): void {
    if (!open.delete(this)) return;
    clearTimeout(this.#timer);
    try {
      closeSync(this.#fd);
      unlinkSync(this.#path);
    } catch {
      // A file that stays costs a trial at most.
    }
  }

  /** Writes slots that follow each other. */
  #write(first: number, ids: readonly string[]): void {
    const end = first + ids.length;
    this.#makeRoom(end);
    let slot = first;
    for (const id of ids) this.#slots.set(id, slot++);
    writeSlots(this.#bytes, first, ids, SlotState.starting);
    this.#touch(slotAt(first), ids.length * SLOT_BYTES);
    this.#used = Math.max(this.#used, end);
  }

  #flushCleared(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!open.has(this)) return;
    this.#clearSlots();
    try {
      this.#flush();
    } catch {
      this.close(); // marks that can't be removed would make suspects of sound plugins
    }
  }

  #clearSlots(): void {
    const cleared = this.#cleared;
    this.#cleared = [];
    if (this.#slots.size > 0) {
      for (const slot of cleared) {
        writeState(this.#bytes, slot, SlotState.idle);
        this.#touch(slotAt(slot), SLOT_BYTES);
      }
      this.#free.push(...cleared);
      return;
    }
    const end = slotAt(this.#used);
    this.#bytes.fill(0, HEADER_BYTES, end);
    this.#touch(HEADER_BYTES, end - HEADER_BYTES);
    this.#used = 0;
    this.#free = [];
  }

  #makeRoom(slots: number): void {
    const needed = slotAt(slots);
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }

  #touch(at: number, length: number): void {
    this.#dirtyFrom = Math.min(this.#dirtyFrom, at);
    this.#dirtyTo = Math.max(this.#dirtyTo, at + length);
  }

  #flush(): void {
    while (this.#dirtyFrom < this.#dirtyTo) {
      const [from, length] = [this.#dirtyFrom, this.#dirtyTo - this.#dirtyFrom];
      this.#dirtyFrom += writeSync(this.#fd, this.#bytes, from, length, from);
    }
    this.#dirtyFrom = Number.POSITIVE_INFINITY;
    this.#dirtyTo = 0;
  }
}

/** Each further host of this process on the same home, in any of its threads, has a file of its own. */
function create(dir: string): [fd: number, path: string] {
  const name = join(dir, processName());
  for (let number = 0; ; number++) {
    const path = number === 0 ? name : `${name}.${number}`;
    try {
      const fd = openSync(path, CREATE, 0o600);
      setMode(fd, path, 0o600);
      return [fd, path];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number === MOST_FILES) throw error;
    }
  }
}
