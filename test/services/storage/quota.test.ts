import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { usageKey } from '../../../src/services/storage/storage-key.js';
import { openStore, releaseStore } from '../../../src/services/storage/store.js';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { newHome, openStorage } from './open-storage.js';

withBuild();

const SCOPE = { plugin: 'notes', tenant: '' };
const over = { code: 'STORAGE_QUOTA' };
const folderOf = (home: string) => join(home, 'state', 'storage');

/** What is counted for the plugin. */
async function counted(home: string): Promise<string | undefined> {
  const store = await openStore(folderOf(home));
  const text = await store.read((all) => all.get(usageKey(SCOPE)));
  await releaseStore(store);
  return text;
}

async function putCount(home: string, text: string): Promise<void> {
  const store = await openStore(folderOf(home));
  await store.change({ plugin: 'other', tenant: '' }, 1000, (change) => {
    change.put(usageKey(SCOPE), text);
  });
  await releaseStore(store);
}

describe('the limit of what a plugin stores', () => {
  test('counts the bytes of keys and values', async () => {
    const home = newHome();
    const mine = openStorage(home).of('notes');
    await mine.set('ä', 'ö'); // 2 and 4 bytes
    expect(await counted(home)).toBe('6');
    await mine.set('ä', 12345);
    expect(await counted(home)).toBe('7');
    await mine.update('n', () => 1);
    expect(await counted(home)).toBe('9');
    await mine.delete('ä');
    await mine.delete('ä');
    expect(await counted(home)).toBe('2');
  });

  test('refuses what exceeds it, says how much that is, and changes nothing', async () => {
    const home = newHome();
    const mine = openStorage(home, 20).of('notes', 'acme');
    await mine.set('a', 'x'.repeat(17)); // 1 + 19 bytes
    await expect(mine.set('b', 1)).rejects.toMatchObject({
      code: 'STORAGE_QUOTA',
      message:
        'The storage of "notes" for the tenant "acme" would have 22 bytes of keys and values, and its ' +
        'limit is 20. Nothing was changed. Delete some keys, or raise storage_bytes in ' +
        `[plugins.settings.notes.limits] of ${join(home, 'config.toml')}.`,
      details: { plugin: 'notes', tenant: 'acme', bytes: 22, limit: 20 },
    });
    await expect(mine.update('b', () => 1)).rejects.toMatchObject(over);
    expect(await mine.list()).toEqual({ items: [{ key: 'a' }], next: null });
  });

  test('counts what a commit leaves, not what it does on the way', async () => {
    const mine = openStorage(newHome(), 10).of('notes');
    await mine.set('a', 12345678);
    const set = { op: 'set', key: 'b', value: 12345678 } as const;
    await expect(mine.commit([set])).rejects.toMatchObject(over);
    await mine.commit([set, { op: 'delete', key: 'a' }]);
    expect(await mine.get('b')).toBe(12345678);
  });

  test('lets a plugin that is over it store less than before', async () => {
    const home = newHome();
    const before = openStorage(home).of('notes');
    await before.set('a', 'x'.repeat(100));
    const mine = openStorage(home, 10).of('notes');
    await mine.set('a', 'x'.repeat(50));
    await mine.delete('a');
    await mine.set('a', 1);
  });

  test('holds for each plugin and tenant by itself', async () => {
    const storage = openStorage(newHome(), 4);
    await storage.of('one').set('abc', 1);
    await storage.of('two').set('abc', 1);
    await storage.of('one', 'acme').set('abc', 1);
    await expect(storage.of('one').set('d', 1)).rejects.toMatchObject(over);
  });

  test.each(['', 'x', '-1', '1e9'])(
    'is right again after the next change when the count was %j',
    async (wrong) => {
      const home = newHome();
      const mine = openStorage(home).of('notes');
      await mine.set('a', 1);
      await mine.set('b', 1);
      await putCount(home, wrong);
      await mine.set('c', 1);
      expect(await counted(home)).toBe('6');
    },
  );

  test('is not exceeded by several processes that store at once', async () => {
    const home = newHome();
    const code = `
      const limits = { storageBytes: 1000 };
      const host = PluginHost.create({ home: args.home, env: {}, limits });
      const mine = host.storage.of('notes');
      const set = (_, i) => mine.set(args.name + i, 123456).then(() => 1, ({ code }) => code);
      const all = await Promise.all(Array.from({ length: 150 }, set));
      console.log(all.filter((one) => one === 1).length, [...new Set(all)].join());
      await host.close();
    `;
    const runs = ['a', 'b'].map((name) => runBuilt(code, { home, name }));
    const stored = (await Promise.all(runs)).map(({ stdout }) => Number.parseInt(stdout, 10));
    const { items } = await openStorage(home).of('notes').list({ limit: 1000 });
    expect(items.length).toBe((stored[0] as number) + (stored[1] as number));
    const bytes = items.reduce((sum, { key }) => sum + key.length + 6, 0);
    expect(await counted(home)).toBe(String(bytes));
    expect(bytes).toBeGreaterThan(990);
    expect(bytes).toBeLessThanOrEqual(1000);
  });
});
