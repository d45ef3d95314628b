import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import type { DescriptorMover } from './own-descriptor.js';

const STDIN = 0;

/**
 * Keeps standard input for ourselves: it is read under a descriptor that no plugin knows of, and descriptor 0
 * becomes an empty file. A program that a plugin starts then reads nothing of what is meant for us. For good,
 * once in a process, before the first plugin is opened and before process.stdin is used.
 */
export async function ownStdin(): Promise<Readable> {
  // Without native code nothing but this program reads.
  const native = await import('./own-descriptor.js').catch(() => null);
  const mover = native?.descriptorMover() ?? null;
  const own = mover === null ? null : moved(mover);
  return own === null ? process.stdin : streamOf(own);
}

function moved(mover: DescriptorMover): number | null {
  const empty = openSync('/dev/null', 'r');
  try {
    return mover.move(STDIN, empty);
  } finally {
    closeSync(empty);
  }
}

/** As Node.js reads its standard input. */
function streamOf(fd: number): Readable {
  if (isatty(fd)) return new ReadStream(fd);
  const stats = fstatSync(fd);
  if (stats.isFIFO() || stats.isSocket())
    return new Socket({ fd, readable: true, writable: false });
  return createReadStream('', { fd });
}
