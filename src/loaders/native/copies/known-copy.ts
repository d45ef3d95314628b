import { sep } from 'node:path';
import { isUnchangedFile } from '../../../home/state/index.js';
import type { LibraryCopy } from './copies.js';
import { noteUse } from './copy-users.js';
import type { KnownLibraries } from './known-libraries.js';

/** The number of the copies that several starts may use. */
const SHARED = 0;

/**
 * The private copy of a library that was judged before, if neither has changed since.
 * @returns null: it has to be read
 */
export function knownCopy(entry: string, libraries: KnownLibraries): LibraryCopy | null {
  const known = libraries.take(entry);
  if (known === null) return null;
  try {
    const { copy, key, name } = known;
    const root = libraries.copiesDir;
    const path = `${root}${sep}${key}${sep}${SHARED}${sep}${name}`;
    // A process that cleans sees the note before the copy is looked at.
    noteUse(root, `${key}/${SHARED}`);
    libraries.ensurePrivate();
    if (!isUnchangedFile(path, copy)) return null;
    const { sha256, siblings, format, machine, needed, unique, sanitizer } = known;
    return { sha256, key, name, siblings, format, machine, needed, unique, sanitizer, path };
  } catch {
    return null; // it is gone, or what is remembered has another form: reading it tells
  }
}
