import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyBytes } from '../../../src/services/storage/storage-key.js';
import { openStore, releaseStore } from '../../../src/services/storage/store.js';
import { newHome, openStorage } from './open-storage.js';

const fileOf = (home: string) => join(home, 'state', 'storage', 'store.mdb');

/** A home whose store has something in it. */
async function usedHome(): Promise<string> {
  const home = newHome();
  const storage = openStorage(home);
  for (let i = 0; i < 50; i++) await storage.of('notes').set(`k${i}`, 'x'.repeat(500));
  await storage.close();
  return home;
}

describe('the file of the storage', () => {
  test('is for its owner alone, and made by the first who stores something', async () => {
    const home = newHome();
    const storage = openStorage(home);
    expect(() => statSync(fileOf(home))).toThrow('ENOENT');
    await storage.of('notes').set('a', 1);
    expect(statSync(fileOf(home)).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(fileOf(home))).mode & 0o777).toBe(0o700);
  });

  test('is found through a link to the home', async () => {
    const home = newHome();
    const link = `${home}-link`;
    symlinkSync(home, link);
    const [one, two] = [openStorage(home), openStorage(link)];
    await one.of('notes').set('a', 1);
    await two.of('notes').set('b', 2);
    await one.close();
    expect(await two.of('notes').get('a')).toBe(1);
  });

  test.each([
    ['{"id":9007199254740993}', 'an integer that a double cannot hold at byte 6'],
    ['{"a":1,"a":2}', 'the key "a" twice in one object at byte 7'],
    ['{', 'not JSON: unexpected end at byte 1'],
  ])('may hold %s, put there by another program, which is not read', async (json, said) => {
    const home = newHome();
    const notes = openStorage(home).of('notes');
    await notes.set('a', 1);
    const shared = await openStore(dirname(fileOf(home)));
    await shared.change({ plugin: 'notes', tenant: '' }, 1000, (change) => {
      change.put(keyBytes({ plugin: 'notes', tenant: '' }, 'a'), json);
    });
    const refused = { code: 'STORAGE_UNAVAILABLE', message: expect.stringContaining(said) };
    await expect(notes.get('a')).rejects.toMatchObject(refused);
    await expect(notes.list({ values: true })).rejects.toMatchObject(refused);
    await releaseStore(shared);
    await notes.set('a', 2);
    expect(await notes.get('a')).toBe(2);
  });

  test('may be empty', async () => {
    const home = newHome();
    mkdirSync(dirname(fileOf(home)), { recursive: true });
    writeFileSync(fileOf(home), '');
    await openStorage(home).of('notes').set('a', 1);
  });

  // The library would crash the process on each of these.
  test.each([
    ['is something else', (file: string) => writeFileSync(file, 'garbage'.repeat(10_000))],
    ['has two bytes', (file: string) => writeFileSync(file, 'xx')],
    ['is cut short', (file: string) => truncateSync(file, 8192)],
    ['is cut in its second page', (file: string) => truncateSync(file, 5000)],
    [
      'has a damaged beginning',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes.fill(0, 4096, 4200);
        writeFileSync(file, bytes);
      },
    ],
  ])('that %s is refused, and left as it is', async (_, damage) => {
    const home = await usedHome();
    damage(fileOf(home));
    const before = readFileSync(fileOf(home));
    const storage = openStorage(home);
    await expect(storage.of('notes').get('k1')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining(`aisopod storage repair --home ${home}`),
      details: { file: expect.stringContaining('store.mdb') },
    });
    expect(readFileSync(fileOf(home)).equals(before)).toBe(true);
  });

  test('that was put aside is made anew by the host that refused it', async () => {
    const home = newHome();
    mkdirSync(dirname(fileOf(home)), { recursive: true });
    writeFileSync(fileOf(home), 'garbage');
    const mine = openStorage(home).of('notes');
    await expect(mine.get('a')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    writeFileSync(fileOf(home), '');
    await mine.set('a', 1);
    expect(await mine.get('a')).toBe(1);
  });

  test('whose folder is a file is refused', async () => {
    const home = newHome();
    mkdirSync(join(home, 'state'));
    writeFileSync(join(home, 'state', 'storage'), '');
    await expect(openStorage(home).of('notes').get('a')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      details: { errno: 'EEXIST' },
    });
  });

  test.each([0o000, 0o644, 0o777])(
    'that has the mode %o is closed to others, and read',
    async (mode) => {
      const home = await usedHome();
      for (const path of [fileOf(home), `${fileOf(home)}-lock`]) chmodSync(path, mode);
      expect(await openStorage(home).of('notes').get('k1')).toBe('x'.repeat(500));
      for (const path of [fileOf(home), `${fileOf(home)}-lock`]) {
        expect(statSync(path).mode & 0o777).toBe(0o600);
      }
    },
  );
});
