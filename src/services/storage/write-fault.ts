import { closeSync, fsyncSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { temporaryPath } from '../../base/files/index.js';
import { COMMIT_BYTES } from './check-operations.js';

const PROBE_BYTES = 1024 * 1024;

/** A commit copies the pages that it changes. */
const COMMIT_NEEDS = 2 * COMMIT_BYTES;

/**
 * Why a commit failed. LMDB reports a write that came to an end halfway as an error of input and output,
 * whatever ended it: a full disk, a quota or a limit. So a file of its own is written to find out.
 *
 * @param cause error of LMDB
 */
export function causeOfFailedWrite(folder: string, cause: unknown): unknown {
  if ((cause as { code?: unknown }).code !== constants.errno.EIO) return cause;
  const path = temporaryPath(join(folder, 'probe'));
  try {
    writeProbe(path);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < COMMIT_NEEDS
      ? Object.assign(new Error('full'), { code: 'ENOSPC' })
      : cause;
  } catch (error) {
    return error;
  }
}

function writeProbe(path: string): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    for (let left = PROBE_BYTES; left > 0; ) left -= writeSync(fd, Buffer.alloc(left));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    unlinkSync(path);
  }
}
