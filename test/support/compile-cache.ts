import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Folders with all headers of ours that a source may include. */
const HEADERS = ['native/include', 'test/plugins', 'test/native'].map((path) => join(ROOT, path));

/** Compiled files by the hash of what they are made of. Any number of processes may share it. */
const CACHE = join(ROOT, 'build', 'compiled');

/** Bytes that the cache may have; what was not used for the longest time goes first. */
const MOST_BYTES = 128 * 1024 * 1024;

/** One run of a compiler, from one source to one file. */
export interface Compilation {
  /** A name on the path. */
  readonly compiler: string;
  /** Flags that stand before the source, and those that stand after it. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Its text: no name of a file goes into the result, so that equal sources give equal files. */
  readonly source: string;
  readonly language: 'c' | 'c++';
}

/**
 * Compiles a source to `path`, or copies what the same source, headers, compiler and flags gave before.
 * @throws Error of execFileSync when the compiler refuses it, of which nothing is kept
 */
export function compileCached(path: string, compilation: Compilation): void {
  rmSync(path, { force: true }); // a library that is in use keeps its file
  if (!isSelfContained(compilation)) {
    compile(path, compilation);
    return;
  }
  const kept = join(CACHE, keyOf(compilation));
  if (!take(kept, path)) {
    mkdirSync(CACHE, { recursive: true });
    const fresh = `${kept}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      compile(fresh, compilation);
      renameSync(fresh, kept); // in one step: another process reads all of it or nothing
    } finally {
      rmSync(fresh, { force: true });
    }
    prune();
    if (!take(kept, path)) compile(path, compilation);
  }
}

/** Whether all that goes into the result is in its key: no library that it is linked with, no folder of one test. */
function isSelfContained({ source, before, after }: Compilation): boolean {
  const flags = [...before, ...after];
  if (flags.some((flag) => /^-[lL]|\.(?:a|o|so)\b/.test(flag))) return false;
  return ![source, ...flags].some((text) => text.includes(tmpdir()) || text.includes('/dev/shm'));
}

function compile(path: string, compilation: Compilation): void {
  const { compiler, before, after, source, language } = compilation;
  // What follows the source, such as an object file, is not of its language.
  const input = ['-x', language, '-', '-x', 'none'];
  execFileSync(compiler, [...before, '-o', path, ...input, ...after], {
    input: source,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

/** Copies a file of the cache, and notes its use. @returns false when there is none */
function take(kept: string, path: string): boolean {
  try {
    copyFileSync(kept, path, constants.COPYFILE_FICLONE);
    utimesSync(kept, new Date(), new Date());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function keyOf({ compiler, before, after, source, language }: Compilation): string {
  const parts = [programOf(compiler), headers(), language, source, before, after];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

const programs = new Map<string, readonly (string | number)[]>();

/** Which compiler a name leads to: its path, and size and time, which another version changes. */
function programOf(compiler: string): readonly (string | number)[] {
  const known = programs.get(compiler);
  if (known !== undefined) return known;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
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

let headersHash: string | undefined;

/** The hash of all headers, which are few: which of them a source includes need not be known. */
function headers(): string {
  if (headersHash === undefined) {
    const hash = createHash('sha256');
    for (const folder of HEADERS) {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
        if (!/\.(?:h|inc)$/.test(name)) continue;
        hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
      }
    }
    headersHash = hash.digest('hex');
  }
  return headersHash;
}

let pruned = false;

/** Removes what was not used for the longest time; once a process is enough. */
function prune(): void {
  if (pruned) return;
  pruned = true;
  const files = readdirSync(CACHE).flatMap((name) => {
    const path = join(CACHE, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? [] : [{ path, size: stats.size, used: stats.mtimeMs }];
  });
  files.sort((a, b) => b.used - a.used);
  let bytes = 0;
  for (const { path, size } of files) {
    bytes += size;
    if (bytes > MOST_BYTES) rmSync(path, { force: true });
  }
}
