import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PageFile, type Snapshot } from '../../../src/services/storage/pages/page-file.js';
import { usageKey } from '../../../src/services/storage/storage-key.js';
import { openStore, releaseStore } from '../../../src/services/storage/store.js';
import { cli, startCli } from '../../cli/run-cli.js';
import { withBuild } from '../../support/run-built.js';
import { newHome, openStorage } from './open-storage.js';

withBuild();

const fileOf = (home: string) => join(home, 'state', 'storage', 'store.mdb');
const PAGE = 4096;

/** A home in which a plugin has stored 1000 values, some of them large, and another one two. */
async function filledHome(): Promise<string> {
  const home = newHome();
  const storage = openStorage(home);
  const notes = storage.of('notes');
  const textOf = (i: number) => (i % 50 === 0 ? 'x'.repeat(9000) : `value ${i}`);
  for (let first = 0; first < 1000; first += 200) {
    const keys = Array.from({ length: 200 }, (_, i) => first + i);
    await notes.commit(
      keys.map((i) => ({ op: 'set', key: `k${String(i).padStart(4, '0')}`, value: textOf(i) })),
    );
  }
  await storage.of('other', 'acme').set('a', 1);
  await storage.of('other', 'acme').set('b', 2);
  await storage.close();
  return home;
}

function snapshotOf(home: string): Snapshot {
  const file = new PageFile(fileOf(home));
  try {
    return file.newest() as Snapshot;
  } finally {
    file.close();
  }
}

/** Writes bytes of zero over a page. */
function wipe(home: string, page: number): void {
  const bytes = readFileSync(fileOf(home));
  bytes.fill(0, page * PAGE, (page + 1) * PAGE);
  writeFileSync(fileOf(home), bytes);
}

async function storageCommand(home: string, ...words: string[]) {
  const { code, stdout, signal } = await cli(['storage', ...words, '--home', home, '--json']);
  return { code, signal, ...JSON.parse(stdout) };
}

const damages: [string, (home: string) => void][] = [
  ['the root page is wiped', (home) => wipe(home, snapshotOf(home).main.page as number)],
  ['the first meta page is wiped', (home) => wipe(home, 0)],
  ['the second meta page is wiped', (home) => wipe(home, 1)],
  [
    'both meta pages are wiped',
    (home) => {
      wipe(home, 0);
      wipe(home, 1);
    },
  ],
  ['the file is cut short', (home) => truncateSync(fileOf(home), 20 * PAGE)],
  ['the file is something else', (home) => writeFileSync(fileOf(home), 'garbage'.repeat(9999))],
];

describe('aisopod storage check', () => {
  test('says that a storage is in order, and what each plugin has stored', async () => {
    const home = await filledHome();
    const { code, storage } = await storageCommand(home, 'check');
    expect(code).toBe(0);
    expect(storage).toMatchObject({ file: fileOf(home), records: 1002, damage: [] });
    expect(storage.bytes).toBe(statSync(fileOf(home)).size);
    expect(storage.usage).toEqual([
      { plugin: 'notes', tenant: '', records: 1000, bytes: expect.any(Number) },
      { plugin: 'other', tenant: 'acme', records: 2, bytes: 4 },
    ]);
    const text = await cli(['storage', 'check', '--home', home]);
    expect(text.stdout).toContain('Storage\tstate\tin order\n');
    expect(text.stdout).toContain('Plugins\tother for acme\t2 records, 4 bytes\n');
  });

  test('finds nothing to check where nothing was stored', async () => {
    const home = newHome();
    const { code, storage } = await storageCommand(home, 'check');
    expect([code, storage.bytes, storage.damage]).toEqual([0, 0, []]);
    expect(existsSync(dirname(fileOf(home)))).toBe(false);
  });

  test.each(damages)('reports damage when %s, and changes nothing', async (_, damage) => {
    const home = await filledHome();
    damage(home);
    const before = readFileSync(fileOf(home));
    const { code, signal, storage } = await storageCommand(home, 'check');
    expect([code, signal]).toEqual([1, null]);
    expect(storage.damage.length).toBeGreaterThan(0);
    expect(readFileSync(fileOf(home)).equals(before)).toBe(true);
  });

  test('reports a value that is no JSON, and a count that is wrong', async () => {
    const home = await filledHome();
    const scope = { plugin: 'x', tenant: '' };
    const store = await openStore(dirname(fileOf(home)));
    await store.change(scope, 1000, (change) => change.put(Buffer.from('\0x\0k'), '{'));
    await releaseStore(store);
    expect((await storageCommand(home, 'check')).storage.damage).toEqual([
      '"k" of "x" is not JSON',
    ]);
    const again = await openStore(dirname(fileOf(home)));
    await again.change(scope, 1000, (change) => {
      change.remove(Buffer.from('\0x\0k'));
      change.put(usageKey({ plugin: 'other', tenant: 'acme' }), '7');
    });
    await releaseStore(again);
    expect((await storageCommand(home, 'check')).storage.damage).toEqual([
      'the count of the bytes that other stores is wrong',
    ]);
  });

  test('works while a host writes', async () => {
    const home = await filledHome();
    const notes = openStorage(home).of('notes');
    const check = storageCommand(home, 'check');
    let isDone = false;
    void check.finally(() => {
      isDone = true;
    });
    for (let i = 0; !isDone; i++) await notes.set(`more${i % 100}`, 'y'.repeat(i % 3000));
    expect(await check).toMatchObject({ code: 0, storage: { damage: [] } });
  });
});

describe('aisopod storage backup', () => {
  test('makes a copy for its owner alone, which is a storage', async () => {
    const home = await filledHome();
    const copy = join(newHome(), 'copy.mdb');
    const { code, backup } = await storageCommand(home, 'backup', copy);
    expect([code, backup.path, backup.records]).toEqual([0, copy, 1002]);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(copy))).toEqual(['copy.mdb']);
    const other = newHome();
    mkdirSync(dirname(fileOf(other)), { recursive: true });
    copyFileSync(copy, fileOf(other));
    expect(await openStorage(other).of('other', 'acme').get('b')).toBe(2);
  });

  test('replaces a file with --force only', async () => {
    const home = await filledHome();
    const copy = join(newHome(), 'copy.mdb');
    writeFileSync(copy, 'mine');
    const refused = await storageCommand(home, 'backup', copy);
    expect(refused).toMatchObject({ code: 2, error: { code: 'USAGE' } });
    expect(readFileSync(copy, 'utf8')).toBe('mine');
    expect((await storageCommand(home, 'backup', copy, '--force')).code).toBe(0);
    expect(statSync(copy).size).toBeGreaterThan(PAGE);
  });

  test('says how to make a folder that is missing', async () => {
    const home = await filledHome();
    const copy = join(newHome(), 'missing', 'copy.mdb');
    const { code, error } = await storageCommand(home, 'backup', copy);
    expect([code, error.code]).toEqual([2, 'USAGE']);
    expect(error.message).toContain(`mkdir -p ${dirname(copy)}`);
  });

  test.each(['store.mdb', 'store.mdb-lock'])('never replaces %s itself', async (name) => {
    const home = await filledHome();
    const path = join(dirname(fileOf(home)), name);
    const before = readFileSync(path);
    const { error } = await storageCommand(home, 'backup', path, '--force');
    expect(error.message).toContain('is the store itself');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('copies no damaged storage', async () => {
    const home = await filledHome();
    wipe(home, snapshotOf(home).main.page as number);
    const copy = join(newHome(), 'copy.mdb');
    const { code, error } = await storageCommand(home, 'backup', copy);
    expect([code, error.code]).toEqual([1, 'STORAGE_UNAVAILABLE']);
    expect(readdirSync(dirname(copy))).toEqual([]);
  });

  test('holds one state of the storage while a host writes', async () => {
    const home = await filledHome();
    const notes = openStorage(home).of('notes');
    const copy = join(newHome(), 'copy.mdb');
    const backup = storageCommand(home, 'backup', copy);
    let isDone = false;
    void backup.finally(() => {
      isDone = true;
    });
    for (let i = 0; !isDone; i++) {
      const value = 'y'.repeat(i % 3000);
      await notes.commit([
        { op: 'set', key: 'one', value },
        { op: 'set', key: `two${i % 100}`, value },
      ]);
    }
    expect((await backup).code).toBe(0);
    const other = newHome();
    mkdirSync(dirname(fileOf(other)), { recursive: true });
    copyFileSync(copy, fileOf(other));
    const mine = openStorage(other).of('notes');
    const one = await mine.get('one');
    if (one === undefined) return;
    const { items } = await mine.list({ prefix: 'two', values: true, limit: 1000 });
    expect(items.some(({ value }) => value === one)).toBe(true);
  });
});

describe('aisopod storage repair', () => {
  test('leaves a storage that is in order as it is', async () => {
    const home = await filledHome();
    const before = readFileSync(fileOf(home));
    const { code, repair } = await storageCommand(home, 'repair');
    expect([code, repair.keptAs, repair.records]).toEqual([0, null, 1002]);
    expect(readFileSync(fileOf(home)).equals(before)).toBe(true);
  });

  test.each(damages.slice(0, 4))('rescues every record when %s', async (_, damage) => {
    const home = await filledHome();
    damage(home);
    const damaged = readFileSync(fileOf(home));
    const { code, repair } = await storageCommand(home, 'repair');
    expect(code).toBe(0);
    expect(repair.records).toBe(1002);
    expect(readFileSync(repair.keptAs).equals(damaged)).toBe(true);
    expect(readdirSync(dirname(fileOf(home))).length).toBe(3);
    expect((await storageCommand(home, 'check')).storage).toMatchObject({
      records: 1002,
      damage: [],
    });
    const notes = openStorage(home).of('notes');
    expect(await notes.get('k0001')).toBe('value 1');
    expect(await notes.get('k0950')).toBe('x'.repeat(9000));
    await notes.set('new', 1);
  });

  test.each(damages.slice(4))('leaves a storage that works when %s', async (_, damage) => {
    const home = await filledHome();
    damage(home);
    const { code, repair } = await storageCommand(home, 'repair');
    expect([code, existsSync(repair.keptAs)]).toEqual([0, true]);
    expect((await storageCommand(home, 'check')).code).toBe(0);
    const notes = openStorage(home).of('notes');
    await notes.set('new', 1);
    expect(await notes.get('new')).toBe(1);
  });

  test('is refused while a host uses the storage, and works when that has ended', async () => {
    const home = await filledHome();
    const storage = openStorage(home);
    await storage.of('notes').get('k0001');
    const refused = await storageCommand(home, 'repair');
    expect(refused).toMatchObject({
      code: 1,
      error: { code: 'FILE_LOCKED', details: { holder: process.pid } },
    });
    await storage.close();
    expect((await storageCommand(home, 'repair')).code).toBe(0);
  });

  test('keeps each damaged file under a name of its own', async () => {
    const home = await filledHome();
    wipe(home, 0);
    const first = await storageCommand(home, 'repair');
    wipe(home, 0);
    const second = await storageCommand(home, 'repair');
    expect(second.repair.keptAs).toBe(`${first.repair.keptAs}-2`);
    expect(existsSync(first.repair.keptAs)).toBe(true);
  });

  test('may be begun twice at once, and be killed: the storage is there, and the next one repairs it', async () => {
    const home = await filledHome();
    wipe(home, snapshotOf(home).main.page as number);
    writeFileSync(`${fileOf(home)}.new`, 'left by a repair that was killed');
    const killed = startCli(['storage', 'repair', '--home', home]);
    killed.child.kill('SIGKILL');
    const both = await Promise.all([
      storageCommand(home, 'repair'),
      storageCommand(home, 'repair'),
    ]);
    for (const { code, error } of both) if (code !== 0) expect(error.code).toBe('FILE_LOCKED');
    let last = await storageCommand(home, 'repair');
    // What the killed command had started may still be at work.
    while (last.error?.code === 'FILE_LOCKED') last = await storageCommand(home, 'repair');
    expect([last.code, last.repair.records]).toEqual([0, 1002]);
    expect(existsSync(`${fileOf(home)}.new`)).toBe(false);
  });
});
