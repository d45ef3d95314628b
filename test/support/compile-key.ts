import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What compilers gave, by the hash of what they were given. Any number of processes may share it. */
export const COMPILED = join(ROOT, 'build', 'compiled');

/** Folders with all headers of ours that a plugin or a test of the ABI may include. */
export const HEADERS = ['native/include', 'test/plugins', 'test/native'].map((path) =>
  join(ROOT, path),
);

/** The hash of values that JSON can hold, as a name of a file. */
export function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Whether a text names a folder that the next run of the tests does not have. */
export function isTemporary(text: string): boolean {
  return text.includes(tmpdir()) || text.includes('/dev/shm');
}

const programs = new Map<string, readonly (string | number)[]>();

/**
 * Returns which compiler a name leads to: its path, and size and time, which another version changes.
 * @param compiler a name on the path, or a path
 */
export function programOf(compiler: string): readonly (string | number)[] {
  const known = programs.get(compiler);
  if (known !== undefined) return known;
  const folders = isAbsolute(compiler) ? ['/'] : (process.env.PATH ?? '').split(delimiter);
  for (const folder of folders) {
    try {
      const program = realpathSync(join(folder, compiler));
      const { size, mtimeMs } = statSync(program);
      const found = [program, size, mtimeMs];
      programs.set(compiler, found);
      return found;
    } catch {
      // It is in another folder of the path.
    }
  }
  return [compiler];
}

const hashes = new Map<string, string>();

/**
 * Returns the hash of all files in folders that a source may include: which of them it includes need not
 * be known.
 * @param names the files that count, by default headers
 */
export function hashOfHeaders(folders: readonly string[], names = /\.(?:h|inc)$/): string {
  return hashOf(folders.map((folder) => hashOfFolder(folder, names)));
}

function hashOfFolder(folder: string, names: RegExp): string {
  const id = `${folder} ${names}`;
  const known = hashes.get(id);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!names.test(name)) continue;
    hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  }
  const found = hash.digest('hex');
  hashes.set(id, found);
  return found;
}
