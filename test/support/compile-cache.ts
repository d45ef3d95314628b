import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  COMPILED as CACHE,
  HEADERS,
  hashOf,
  hashOfHeaders,
  isTemporary,
  programOf,
} from './compile-key.js';

/** Bytes that the cache may have; what was not used for the longest time goes first. */
const MOST_BYTES = 128 * 1024 * 1024;

/** What a file takes at least: most that are kept of a check are empty. */
const BLOCK_BYTES = 4096;

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

/** A flag that links with a library which may change; those of the C and C++ compiler do not. */
const LINKED = /^-l(?!dl$|m$|stdc\+\+$)|^-L|\.(?:a|o|so)\b/;

/** Whether all that goes into the result is in its key: no library that it is linked with, no folder of one test. */
function isSelfContained({ source, before, after }: Compilation): boolean {
  const flags = [...before, ...after];
  if (flags.some((flag) => LINKED.test(flag))) return false;
  return ![source, ...flags].some(isTemporary);
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
  return hashOf([programOf(compiler), hashOfHeaders(HEADERS), language, source, before, after]);
}

let pruned = false;

/** Removes what was not used for the longest time; once a process is enough. */
export function prune(): void {
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
    bytes += Math.max(size, BLOCK_BYTES);
    if (bytes > MOST_BYTES) rmSync(path, { force: true });
  }
}
