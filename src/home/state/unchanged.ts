import { lstatSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import { loadAddon, loadedAddon, type NativeAddon } from '../../abi/addon.js';
import { isUnchanged, PRINT_LENGTH } from './fingerprint.js';

/**
 * Whether a file or folder is there and nothing has happened to it. Once the addon is loaded it is
 * asked, since it makes no Stats, which take longer than to ask the system.
 *
 * @param prints one or several fingerprints in a row
 * @param at where in them its own begins
 * @param follow whether what a link leads to is looked at, and not the link
 * @throws the system's error when it is missing; or returns false then
 */
export function isUnchangedFile(
  path: string,
  prints: readonly number[],
  at = 0,
  follow = false,
): boolean {
  const ask = loadedAddon()?.isUnchanged;
  if (ask !== undefined) return ask(path, prints, at, follow);
  return isUnchanged(follow ? statSync(path) : lstatSync(path), prints, at);
}

/** Files from which on the addon, which asks the system faster, is worth being loaded for this alone. */
const WORTH_LOADING = 512;

/** Folders and what is in them, as they were. */
export interface FoldersBefore {
  /** Absolute paths; a link is followed. */
  readonly paths: readonly string[];
  /** For each folder what is in it, folders too, relative to it; a link is not followed. */
  readonly names: readonly (readonly string[])[];
  /** The fingerprints of each folder and then of each of its names, one folder after another. */
  readonly prints: Float64Array;
}

/**
 * Looks whether nothing has happened to folders and to what is in them. With the addon, all are looked at
 * together at the first question; without it, each when it is asked about.
 *
 * @returns answers for the folder with that index; `begin`: where its fingerprints begin
 */
export function unchangedFolders(
  before: FoldersBefore,
): (folder: number, begin: number) => boolean {
  let together: Uint8Array | null | undefined;
  return (folder, begin) => {
    together ??= askAddon(before);
    return together === null ? isAsItWas(before, folder, begin) : together[folder] === 1;
  };
}

/** @returns null: there is no addon, or it is not worth it */
function askAddon({ paths, names, prints }: FoldersBefore): Uint8Array | null {
  const addon = loadedAddon() ?? (prints.length < WORTH_LOADING * PRINT_LENGTH ? null : tryAddon());
  return addon?.unchangedFolders?.(paths, names, prints) ?? null;
}

function tryAddon(): NativeAddon | null {
  try {
    return loadAddon();
  } catch {
    return null; // who needs it says why
  }
}

function isAsItWas(
  { paths, names, prints }: FoldersBefore,
  folder: number,
  begin: number,
): boolean {
  const path = paths[folder] as string;
  try {
    if (!isUnchanged(statSync(path), prints, begin)) return false;
    return (names[folder] ?? []).every((name, i) =>
      isUnchanged(lstatSync(path + sep + name), prints, begin + (i + 1) * PRINT_LENGTH),
    );
  } catch {
    return false; // gone
  }
}
