import { expect, test } from 'vitest';
import type { ProcessEnd } from '../../../src/home/crashes/index.js';
import { findCrashers } from '../../../src/host/crashes/find-crashers.js';
import type { ChildEnd } from '../../../src/host/crashes/watched-child.js';

interface Scene {
  /** How a process ends when it starts that plugin, after those in `started`. */
  readonly end: (id: string, started: readonly string[]) => ProcessEnd | null;
  /** What a plugin needs, which is started before it. */
  readonly needs?: Readonly<Record<string, string>>;
  /** A trial stops after this plugin. */
  readonly holds?: string;
}

/** Runs trials as children would, and keeps which plugins each was given. */
function stage({ end, needs = {}, holds }: Scene) {
  const runs: string[][] = [];
  const run = async (ids: readonly string[], without: readonly string[]): Promise<ChildEnd> => {
    runs.push([...ids]);
    const all = ids.flatMap((id) => [needs[id] ?? id, id]);
    const started: string[] = [];
    for (const id of new Set(all)) {
      if (without.includes(id)) continue;
      const how = end(id, started);
      if (how !== null) {
        const step = { plugin: id, step: 'init', sha256: `of ${id}`, limitMs: 1 } as const;
        return { end: how, done: null, open: [step], cleared: started };
      }
      started.push(id);
      if (id === holds) break;
    }
    return { end: { code: 0 }, done: 0, open: [], cleared: started };
  };
  return { runs, run };
}

const SEGV: ProcessEnd = { signal: 'SIGSEGV' };
const crashes =
  (...bad: string[]) =>
  (id: string) =>
    bad.includes(id) ? SEGV : null;
const ofTried = (tried: ReadonlyMap<string, unknown>) =>
  [...tried].map(([id, crash]) => (crash === null ? id : `${id}!`)).sort();

test('one process finds that none of several plugins crashes', async () => {
  const { runs, run } = stage({ end: () => null });
  expect(ofTried(await findCrashers(['a', 'b'], run))).toEqual(['a', 'b']);
  expect(runs).toHaveLength(1);
});

test('a plugin that crashes as the first is known after one process', async () => {
  const { runs, run } = stage({ end: crashes('a') });
  expect(ofTried(await findCrashers(['a', 'b'], run))).toEqual(['a!', 'b']);
  expect(runs).toEqual([['a', 'b'], ['b']]);
});

test('a plugin that crashes after others is tried as the first before it is blamed', async () => {
  const { runs, run } = stage({ end: crashes('b') });
  const tried = await findCrashers(['a', 'b', 'c'], run);
  expect(ofTried(tried)).toEqual(['a', 'b!', 'c']);
  expect(tried.get('b')).toMatchObject({ step: 'init', sha256: 'of b', end: SEGV });
  expect(runs).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
});

test('a plugin is not blamed for what an earlier one has spoilt', async () => {
  const { run } = stage({
    end: (id, started) => (id === 'b' && started.includes('a') ? SEGV : null),
  });
  expect(ofTried(await findCrashers(['a', 'b'], run))).toEqual(['a', 'b']);
});

test('n crashes take 2n + 1 processes at most', async () => {
  const { runs, run } = stage({ end: crashes('b', 'd', 'f') });
  const tried = await findCrashers(['a', 'b', 'c', 'd', 'e', 'f', 'g'], run);
  expect(ofTried(tried)).toEqual(['a', 'b!', 'c', 'd!', 'e', 'f!', 'g']);
  expect(runs).toHaveLength(7);
});

test('SIGKILL, which anything may have sent, counts when it comes twice', async () => {
  let kills = 1;
  const once = () => (kills-- > 0 ? ({ signal: 'SIGKILL' } as const) : null);
  const { run } = stage({ end: once });
  expect(ofTried(await findCrashers(['a'], run))).toEqual(['a']);
  const always = stage({ end: () => ({ signal: 'SIGKILL' }) });
  expect(ofTried(await findCrashers(['a'], always.run))).toEqual(['a!']);
  expect(always.runs).toHaveLength(2);
});

test('plugins behind one that holds a thread are tried in another process', async () => {
  const { runs, run } = stage({ end: crashes('c'), holds: 'a' });
  expect(ofTried(await findCrashers(['a', 'b', 'c'], run))).toEqual(['a', 'b', 'c!']);
  expect(runs[1]).toEqual(['b', 'c']);
});

test('a crash of what a plugin needs is not blamed on that plugin', async () => {
  const { run } = stage({ end: crashes('base'), needs: { a: 'base' } });
  expect(ofTried(await findCrashers(['a'], run))).toEqual(['a', 'base!']);
});

test('a process that ends before it has begun is an error', async () => {
  const run = async (): Promise<ChildEnd> => ({
    end: { code: 1 },
    done: null,
    open: [],
    cleared: [],
  });
  await expect(findCrashers(['a'], run)).rejects.toThrow(
    'the child process exited with code 1 before it had begun',
  );
});
