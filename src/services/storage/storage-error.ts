import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AisopodError } from '../../base/errors/index.js';
import { shellWord, show, showPath } from '../../base/text/index.js';

/** A key, value or operation that breaks a rule. */
export function invalid(message: string, details: object = {}): AisopodError {
  return new AisopodError('STORAGE_INVALID', message, { details });
}

/** What is stored is not JSON that a plugin may get. */
export function unreadable(key: string, cause: Error): AisopodError {
  return new AisopodError(
    'STORAGE_UNAVAILABLE',
    `The value that is stored under ${show(key)} cannot be read: ${cause.message}. Store it again.`,
    { details: { key }, cause },
  );
}

export function tooLarge(what: string, bytes: number, limit: number): AisopodError {
  return new AisopodError(
    'STORAGE_TOO_LARGE',
    `${what} has ${bytes} bytes, and at most ${limit} can be stored. Store it in parts, or in a ` +
      'file of the data directory.',
    { details: { bytes, limit } },
  );
}

/** @param cause why the store can't be opened or written */
export function unavailable(file: string, cause: unknown): AisopodError {
  const { message: reason, code } = cause as NodeJS.ErrnoException;
  return new AisopodError(
    'STORAGE_UNAVAILABLE',
    `The storage ${showPath(file)} can't be used: ${reason}. ${adviceFor(file, code)}`,
    { details: { file, reason }, cause },
  );
}

function adviceFor(file: string, code: string | undefined): string {
  if (code === 'ENOSPC' || code === 'EDQUOT' || isFull(file)) {
    return 'The disk is full: free some space, and try again.';
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    return 'Too many files are open: end other programs, or raise the limit (ulimit -n).';
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return 'Make sure that you own it and may write there.';
  }
  return (
    'Make sure that you may write there. A damaged file can be put aside, and a new one is made: ' +
    `mv ${shellWord(file)} ${shellWord(`${file}.damaged`)}`
  );
}

/** LMDB reports a disk without a free block as an error of input and output. */
function isFull(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}
