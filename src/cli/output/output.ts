import { fstatSync, write as writeFd } from 'node:fs';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';

const writeSome = promisify(writeFd);
// How long a full pipe that was set to non-blocking (by whoever shares it) is left alone.
const AGAIN_MS = 5;

/** What an output is, found out before anything is written. */
export interface OutputKind {
  readonly isTTY: boolean;
  /** Cells in a row, asked for anew each time; only for a terminal. */
  readonly columns: () => number;
}

/**
 * A descriptor that text is written to, in order and without holding up the event loop: a slow
 * reader makes `write()` settle late, and nothing else. Nothing here throws: see `failure`.
 */
export class Output {
  readonly isTTY: boolean;
  #columns: () => number;
  readonly #gone = new AbortController();
  #fd: number;
  #last: Promise<void> = Promise.resolve();
  #failure: NodeJS.ErrnoException | null = null;
  /** Of a pipe that many short texts are written to. */
  #socket: Socket | null = null;

  constructor(fd: number, { isTTY, columns }: OutputKind) {
    this.#fd = fd;
    this.isTTY = isTTY;
    this.#columns = columns;
  }

  /** Cells in a row of the terminal; Infinity where there is none. */
  get columns(): number {
    return this.isTTY ? this.#columns() || 80 : Infinity;
  }

  /** Aborted once nothing more can be written; whatever is written then is dropped. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Why it is gone; null also when its reader has closed it, which is no failure. */
  get failure(): NodeJS.ErrnoException | null {
    return this.#failure;
  }

  /** Settles when the operating system has taken all of it; never rejects. */
  write(text: string): Promise<void> {
    const socket = this.#socket;
    if (socket !== null) return new Promise((resolve) => socket.write(text, () => resolve()));
    const bytes = Buffer.from(text);
    this.#last = this.#last.then(() => this.#writeAll(bytes)).catch((error) => this.#lose(error));
    return this.#last;
  }

  /**
   * Writes to another descriptor from now on: the one that `move` answers for the one in use. The
   * width stays what it is now, since the old descriptor can't be asked any more.
   */
  async relocate(move: (fd: number) => number): Promise<void> {
    await this.#last;
    const { columns } = this;
    this.#columns = () => columns;
    this.#fd = move(this.#fd);
  }

  /**
   * Makes many short texts cheap to write from now on: a pipe takes them without a detour over another thread.
   * The descriptor stays what it is after that.
   */
  async forMessages(): Promise<void> {
    await this.#last;
    const stats = fstatSync(this.#fd);
    if (!stats.isFIFO() && !stats.isSocket()) return;
    const { Socket } = await import('node:net');
    this.#socket = new Socket({ fd: this.#fd, readable: false, writable: true });
    this.#socket.on('error', (error) => this.#lose(error));
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    let at = 0;
    while (at < bytes.length && !this.#gone.signal.aborted) {
      try {
        at += (await writeSome(this.#fd, bytes, at)).bytesWritten;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  #lose(error: NodeJS.ErrnoException): void {
    if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') this.#failure = error;
    this.#gone.abort(error);
  }
}
