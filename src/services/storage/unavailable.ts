import type { Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { AisopodError } from '../../base/errors/index.js';
import { type SystemFault, systemFault } from '../../base/files/index.js';
import { shellWord, showPath } from '../../base/text/index.js';

/**
 * @param file the file of the store, `<home>/state/storage/store.mdb`
 * @param cause an error of the file system or of LMDB, whose codes are numbers
 * @param at the file or folder that the cause is about
 */
export function unavailable(file: string, cause: unknown, at = file): AisopodError {
  const { message, code } = cause as { message: string; code?: unknown };
  // LMDB passes positive codes of the system on; its own are negative.
  const errno = typeof code === 'number' && code > 0 ? getSystemErrorName(-code) : code;
  if (typeof errno === 'string') {
    return unavailableFor(file, systemFault(at, { code: errno, message }, 'write'), cause);
  }
  const advice = `Look for damage with: ${commandFor('storage check', file)}`;
  return unavailableFor(file, { errno: null, reason: message, advice }, cause);
}

export function unavailableFor(file: string, fault: SystemFault, cause?: unknown): AisopodError {
  const { errno, reason, advice } = fault;
  return new AisopodError(
    'STORAGE_UNAVAILABLE',
    `The storage ${showPath(file)} cannot be used: ${reason}. ${advice}`,
    { details: { file, reason, errno }, cause },
  );
}

/** @param damage what is wrong with the file: `it is cut short` */
export function damagedFault(file: string, damage: string): SystemFault {
  const advice = `Rescue what can be read with: ${commandFor('storage repair', file)}`;
  return { errno: null, reason: damage, advice };
}

/** What lies at a path that must be a plain file, if it is something else. */
export function notAFile(at: string, stat: Stats): SystemFault | null {
  if (stat.isFile()) return null;
  const what = stat.isDirectory()
    ? 'a folder'
    : stat.isSymbolicLink()
      ? 'a link'
      : 'a special file';
  return {
    errno: null,
    reason: `${basename(at)} is ${what}, not a file`,
    advice: `Put it aside with: mv ${shellWord(at)} ${shellWord(`${at}.aside`)}`,
  };
}

/** A command for the home whose store it is. */
export function commandFor(command: string, file: string): string {
  return `aisopod ${command} --home ${shellWord(homeOf(file))}`;
}

/** The home whose store the file is. */
export function homeOf(file: string): string {
  return dirname(dirname(dirname(file)));
}
