import { AisopodError } from '../../base/errors/index.js';
import { LIMITS } from './limits.js';

/** A piece of a file in memory. */
export interface Window {
  /** Where in the file it begins. */
  readonly start: number;
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Where a reader takes the bytes of a file from. */
export interface ByteSource {
  /** Bytes of the file. */
  readonly size: number;
  /**
   * A piece that holds the byte at `offset`, which is in the file, and the 7 after it as far as the
   * file has them: a number of 8 bytes is never split.
   */
  window(offset: number): Window;
}

const LONGEST_NUMBER = 8;

/** A whole file that is in memory already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  const window = windowOf(0, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return { size: bytes.byteLength, window: () => window };
}

/**
 * A file that is read in pieces as they are asked for. The pieces used last are kept, and their
 * number in all is limited, so that a file of any size takes bounded memory and time.
 *
 * @param what how messages name the file
 * @param size bytes of the file
 * @param read fills a buffer from a position in the file, and throws when it can't
 */
export function slicedSource(
  what: string,
  size: number,
  read: (into: Buffer, position: number) => void,
): ByteSource {
  const kept = new Map<number, Window & { used: number }>();
  let clock = 0;
  let count = 0;
  const load = (index: number) => {
    const start = index * LIMITS.sliceBytes;
    if (++count > LIMITS.slicesRead) throw tooScattered(what, start);
    const length = Math.min(LIMITS.sliceBytes + LONGEST_NUMBER - 1, size - start);
    const bytes = Buffer.allocUnsafe(length);
    read(bytes, start);
    if (kept.size >= LIMITS.slicesKept) forgetOldest(kept);
    const window = { ...windowOf(start, bytes), used: 0 };
    kept.set(index, window);
    return window;
  };
  return {
    size,
    window(offset) {
      const index = Math.floor(offset / LIMITS.sliceBytes);
      const window = kept.get(index) ?? load(index);
      window.used = ++clock;
      return window;
    },
  };
}

/** Searches all, which costs little against reading a piece. */
function forgetOldest(kept: Map<number, { readonly used: number }>): void {
  let oldest: [index: number, used: number] = [-1, Number.POSITIVE_INFINITY];
  for (const [index, { used }] of kept) if (used < oldest[1]) oldest = [index, used];
  kept.delete(oldest[0]);
}

function windowOf(start: number, bytes: Buffer): Window {
  return { start, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

function tooScattered(what: string, offset: number): AisopodError {
  const limit = LIMITS.slicesRead;
  const reason = `its tables are spread over more than ${limit} pieces of ${LIMITS.sliceBytes} bytes`;
  return new AisopodError(
    'LIBRARY_FORMAT',
    `${what} is over a limit for libraries: at byte ${offset}, ${reason}. Link it again with fewer ` +
      'exported symbols.',
    { details: { path: what, reason, offset, limit } },
  );
}
