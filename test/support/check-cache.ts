import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prune } from './compile-cache.js';
import { COMPILED, HEADERS, hashOf, hashOfHeaders, isTemporary, programOf } from './compile-key.js';

/** Sources of this folder include each other. */
const INCLUDED = fileURLToPath(new URL('../native/abi', import.meta.url));

/**
 * Returns the key of a compiler that is run to see whether it accepts its files.
 * @param args its arguments; a file counts by its text, and so do the headers that it may include
 * @param more the hash of other headers
 * @returns null when an argument is a folder that only this run has
 */
export function checkKey(command: string, args: readonly string[], more = ''): string | null {
  const known = args.map((arg) => (isFile(arg) ? [basename(arg), readFileSync(arg, 'utf8')] : arg));
  if (known.some((arg) => typeof arg === 'string' && isTemporary(arg))) return null;
  return hashOf([
    ...['check', programOf(command), known, more],
    ...[hashOfHeaders(HEADERS), hashOfHeaders([INCLUDED], /\.(?:c|cc)$/)],
  ]);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Returns what the compiler printed when it accepted this; undefined when that is not known. */
export function outputOf(key: string | null): string | undefined {
  if (key === null) return undefined;
  const path = join(COMPILED, key);
  try {
    const output = readFileSync(path, 'utf8');
    utimesSync(path, new Date(), new Date());
    return output;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Keeps what a compiler printed that accepted its files. What it refuses is compiled each time. */
export function keepOutput(key: string | null, output: string): void {
  if (key === null) return;
  const path = join(COMPILED, key);
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(fresh, output);
  renameSync(fresh, path); // in one step: another process reads all of it or nothing
  prune();
}
