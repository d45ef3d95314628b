import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { processName } from '../../../../src/base/files/index.js';
import { cleanCopies } from '../../../../src/loaders/native/copies/clean-copies.js';
import { copyLibrary } from '../../../../src/loaders/native/copies/copies.js';
import { BELIEVED_MS } from '../../../../src/loaders/native/copies/copy-users.js';
import { compileLibrary, pluginSource, temporaryFolder } from '../../../support/compile-library.js';

const root = temporaryFolder();
let count = 0;

const [PID = '', START = '', PLACE = ''] = processName().split('-');
/** Of no process of this machine. */
const ELSEWHERE = 'e'.repeat(16);
const A = `${'a'.repeat(64)}/0`;
const B = `${'b'.repeat(64)}/0`;

/** A cache with copies in it. */
function cacheWith(...keys: string[]) {
  const copiesDir = join(root, `cache-${++count}`, 'copies');
  mkdirSync(copiesDir, { recursive: true, mode: 0o700 });
  for (const key of keys) {
    mkdirSync(join(copiesDir, key), { recursive: true, mode: 0o700 });
    writeFileSync(join(copiesDir, key, 'plugin.so'), key, { mode: 0o500 });
  }
  const path = (...parts: string[]) => join(copiesDir, ...parts);
  return {
    copiesDir,
    path,
    has: (key: string) => existsSync(path(key, 'plugin.so')),
    /** Leaves the note of a process. */
    note(process: string, ...used: string[]) {
      mkdirSync(path('.users'), { recursive: true, mode: 0o700 });
      writeFileSync(path('.users', process), used.map((key) => `${key}\n`).join(''));
      return path('.users', process);
    },
  };
}

/** A pid that was one of this machine. */
const endedPid = () => spawnSync('true').pid;

const NOTHING = { removed: [], errors: [] };

describe('copies that no process uses', () => {
  test('are removed, and with the last of its generations the directory of a hash', async () => {
    const second = A.replace('/0', '/1');
    const cache = cacheWith(A, second, B);
    cache.note(processName(), B);
    expect(await cleanCopies(cache.copiesDir)).toEqual({ removed: [A, second], errors: [] });
    expect(readdirSync(cache.copiesDir).sort()).toEqual(['.users', dirname(B)]);
    expect(cache.has(B)).toBe(true);
  });

  test('are those of processes that have ended, which are then forgotten', async () => {
    const cache = cacheWith(A);
    const note = cache.note(`${endedPid()}-${START}-${PLACE}`, A);
    expect(await cleanCopies(cache.copiesDir)).toEqual({ removed: [A], errors: [] });
    expect(existsSync(note)).toBe(false);
  });

  test.runIf(PLACE !== '0'.repeat(16))(
    'are also those of a pid that is another’s now',
    async () => {
      const cache = cacheWith(A);
      cache.note(`${PID}-${Number(START) - 1}-${PLACE}`, A);
      expect((await cleanCopies(cache.copiesDir)).removed).toEqual([A]);
    },
  );

  test.runIf(process.platform === 'linux')('are also those of a zombie', async () => {
    // The shell becomes a program that never asks how its child ended; only then the child ends.
    const fifo = join(root, `fifo-${++count}`);
    spawnSync('mkfifo', [fifo]);
    const parent = spawn('sh', ['-c', 'cat "$0" & echo $!; exec sleep 600', fifo]);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = await once(parent.stdout, 'data');
    const pid = String(line).trim();
    const comm = () => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim();
    await vi.waitFor(() => expect(comm()).toBe('sleep'));
    writeFileSync(fifo, '');
    const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    await vi.waitFor(() => expect(stat()[0]).toBe('Z'));
    const cache = cacheWith(A);
    cache.note(`${pid}-${stat()[19]}-${PLACE}`, A);
    expect((await cleanCopies(cache.copiesDir)).removed).toEqual([A]);
  });

  test('are removed once, though several clean at the same time', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => `${String(i).padStart(64, 'f')}/0`);
    const cache = cacheWith(...keys);
    const all = await Promise.all([1, 2, 3].map(() => cleanCopies(cache.copiesDir)));
    expect(all.flatMap(({ errors }) => errors)).toEqual([]);
    expect(all.flatMap(({ removed }) => removed).sort()).toEqual([...keys].sort());
    expect(readdirSync(cache.copiesDir)).toEqual([]);
  });

  test('and were left half removed are removed for good', async () => {
    const cache = cacheWith('.gone-0123456789abcdef');
    expect(await cleanCopies(cache.copiesDir)).toEqual(NOTHING);
    expect(readdirSync(cache.copiesDir)).toEqual([]);
  });
});

describe('copies stay', () => {
  test('that this process has opened, though its note is lost', async () => {
    const cache = cacheWith(A);
    const entry = compileLibrary(join(root, `plugin-${count}.so`), pluginSource());
    const copy = await copyLibrary(entry, { copiesDir: cache.copiesDir, generation: 0 });
    const note = cache.path('.users', processName());
    expect(readFileSync(note, 'utf8')).toBe(`${copy.key}/0\n`);
    writeFileSync(note, '');
    expect((await cleanCopies(cache.copiesDir)).removed).toEqual([A]);
    expect(readFileSync(copy.path)).toEqual(readFileSync(entry));
  });

  test('that are opened again and again are noted once', async () => {
    const { copiesDir, path } = cacheWith();
    const entry = compileLibrary(join(root, `plugin-${count}.so`), pluginSource());
    const { key } = await copyLibrary(entry, { copiesDir, generation: 0 });
    await copyLibrary(entry, { copiesDir, generation: 0 });
    await copyLibrary(entry, { copiesDir, generation: 1 });
    const lines = `${key}/0\n${key}/1\n`;
    expect(readFileSync(path('.users', processName()), 'utf8')).toBe(lines);
  });

  test('that are made though nothing can be noted, as in a cache that is read only', async () => {
    const { copiesDir, path } = cacheWith();
    writeFileSync(path('.users'), '');
    const entry = compileLibrary(join(root, `plugin-${count}.so`), pluginSource());
    const copy = await copyLibrary(entry, { copiesDir, generation: 0 });
    expect((await cleanCopies(copiesDir)).removed).toEqual([]);
    expect(readFileSync(copy.path)).toEqual(readFileSync(entry));
  });

  test('of a process elsewhere, as long as it may still run', async () => {
    const cache = cacheWith(A, B);
    const young = cache.note(`1-1-${ELSEWHERE}`, A);
    const old = cache.note(`2-2-${ELSEWHERE}`, B);
    const longAgo = new Date(Date.now() - BELIEVED_MS - 60_000);
    utimesSync(old, longAgo, longAgo);
    expect((await cleanCopies(cache.copiesDir)).removed).toEqual([B]);
    expect([existsSync(young), existsSync(old)]).toEqual([true, false]);
  });

  test('whatever else stands in the notes', async () => {
    const cache = cacheWith(A, B);
    cache.note(processName(), '', '../../etc', A, 'a'.repeat(70), A.slice(0, 30));
    const odd = ['README', '1-2', `${PID}-${START}-${PLACE}.txt`];
    for (const name of odd) cache.note(name, B);
    expect((await cleanCopies(cache.copiesDir)).removed).toEqual([B]);
    expect(readdirSync(cache.path('.users')).sort()).toEqual([...odd, processName()].sort());
  });

  test('when it cannot be found out who uses them', async () => {
    const cache = cacheWith(A);
    mkdirSync(join(root, `elsewhere-${count}`));
    symlinkSync(join(root, `elsewhere-${count}`), cache.path('.users'));
    const { removed, errors } = await cleanCopies(cache.copiesDir);
    expect(removed).toEqual([]);
    expect(errors).toMatchObject([
      { message: expect.stringContaining('.users is not a directory') },
    ]);
    expect(cache.has(A)).toBe(true);
  });

  test.skipIf(process.geteuid?.() === 0)(
    'where nothing may be written, and that is told',
    async () => {
      const cache = cacheWith(A);
      chmodSync(cache.copiesDir, 0o500);
      const { removed, errors } = await cleanCopies(cache.copiesDir);
      chmodSync(cache.copiesDir, 0o700);
      expect(removed).toEqual([]);
      expect(errors).toMatchObject([{ code: 'EACCES' }]);
      expect(cache.has(A)).toBe(true);
    },
  );
});

describe('nothing else is touched', () => {
  test('where there is no cache', async () => {
    const copiesDir = join(root, 'none', 'copies');
    expect(await cleanCopies(copiesDir)).toEqual(NOTHING);
    expect(existsSync(dirname(copiesDir))).toBe(false);
  });

  test('of what others have put there', async () => {
    const cache = cacheWith(A, 'notes', 'A'.repeat(64), `${'c'.repeat(64)}/src`, '.gone-mine');
    writeFileSync(cache.path('d'.repeat(64)), '');
    writeFileSync(cache.path('README'), '');
    writeFileSync(cache.path(dirname(A), '7'), '');
    expect(await cleanCopies(cache.copiesDir)).toEqual({ removed: [A], errors: [] });
    expect(readdirSync(cache.copiesDir).sort()).toEqual(
      ['notes', 'A'.repeat(64), 'c'.repeat(64), '.gone-mine', 'd'.repeat(64), 'README']
        .concat(dirname(A))
        .sort(),
    );
    expect(readdirSync(cache.path(dirname(A)))).toEqual(['7']);
  });

  test('behind a link, wherever it is', async () => {
    const outside = join(root, `outside-${++count}`);
    mkdirSync(join(outside, '0'), { recursive: true });
    const kept = join(outside, '0', 'kept');
    writeFileSync(kept, '');
    const cache = cacheWith(A, B);
    const links = ['c'.repeat(64), `${dirname(A)}/1`, '.gone-0123456789abcdef'];
    for (const link of links) symlinkSync(outside, cache.path(link));
    symlinkSync(outside, cache.path(B, 'inside'));
    expect(await cleanCopies(cache.copiesDir)).toEqual({ removed: [A, B], errors: [] });
    expect(existsSync(kept)).toBe(true);
    expect(readdirSync(cache.path(dirname(A)))).toEqual(['1']);

    symlinkSync(cache.copiesDir, join(root, `linked-${count}`));
    mkdirSync(cache.path(A), { recursive: true });
    expect(await cleanCopies(join(root, `linked-${count}`))).toEqual(NOTHING);
  });

  test.skipIf(process.geteuid?.() !== 0)('that belongs to another user', async () => {
    const cache = cacheWith(A);
    spawnSync('chown', ['-R', '12345', cache.path(dirname(A))]);
    expect(await cleanCopies(cache.copiesDir)).toEqual(NOTHING);
    expect(cache.has(A)).toBe(true);
  });
});
