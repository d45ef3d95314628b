import { describe, expect, test } from 'vitest';
import type { PluginStorage } from '../../../src/services/storage/index.js';
import { openStorage } from './open-storage.js';

const ACME = { context: { tenant: 'acme' } };

describe('the context of a use of the storage', () => {
  test('selects the storage of its tenant', async () => {
    const storage = openStorage();
    const mine = storage.of('mine');
    await mine.set('key', 'for all');
    await mine.set('key', 'for acme', ACME);
    expect(await mine.get('key')).toBe('for all');
    expect(await mine.get('key', ACME)).toBe('for acme');
    expect(await storage.of('mine', 'acme').get('key')).toBe('for acme');
  });

  test('without a tenant selects the storage of no tenant', async () => {
    const storage = openStorage();
    await storage.of('mine').set('key', 'for all');
    expect(await storage.of('mine', 'acme').get('key', { context: {} })).toBe('for all');
  });

  test.each<[string, (mine: PluginStorage) => Promise<unknown>, unknown]>([
    ['delete()', (mine) => mine.delete('key', ACME), true],
    ['list()', (mine) => mine.list({}, ACME), { items: [{ key: 'key' }], next: null }],
    ['commit()', (mine) => mine.commit([{ op: 'expect', key: 'key', value: 1 }], ACME), undefined],
    ['update()', (mine) => mine.update('key', (n) => (n as number) + 1, ACME), 2],
  ])('holds for %s', async (_, use, result) => {
    const storage = openStorage();
    await storage.of('mine', 'acme').set('key', 1);
    expect(await use(storage.of('mine'))).toEqual(result);
  });

  test('holds for what another plugin shares', async () => {
    const storage = openStorage();
    await storage.of('theirs', 'acme').set('shared/key', 1);
    const shared = storage.of('mine').shared('theirs');
    expect(await shared.get('shared/key', ACME)).toBe(1);
    expect(await shared.list({}, ACME)).toMatchObject({ items: [{ key: 'shared/key' }] });
    expect(await shared.get('shared/key')).toBeUndefined();
  });

  test('is refused when its tenant can be none', async () => {
    const mine = openStorage().of('mine');
    await expect(mine.get('key', { context: { tenant: 'a\0b' } })).rejects.toMatchObject({
      code: 'STORAGE_INVALID',
    });
  });
});

describe('the signal of a use of the storage', () => {
  const gone = { signal: AbortSignal.abort('enough') };

  test.each<[string, (mine: PluginStorage) => Promise<unknown>]>([
    ['get()', (mine) => mine.get('key', gone)],
    ['set()', (mine) => mine.set('key', 2, gone)],
    ['delete()', (mine) => mine.delete('key', gone)],
    ['list()', (mine) => mine.list({}, gone)],
    ['commit()', (mine) => mine.commit([{ op: 'delete', key: 'key' }], gone)],
    ['update()', (mine) => mine.update('key', () => 2, gone)],
  ])('that is aborted keeps %s from being done', async (_, use) => {
    const mine = openStorage().of('mine');
    await mine.set('key', 1);
    await expect(use(mine)).rejects.toMatchObject({ code: 'CALL_CANCELLED', cause: 'enough' });
    expect(await mine.get('key')).toBe(1);
  });

  test('that is aborted while the store is opened keeps the value from being written', async () => {
    const mine = openStorage().of('mine');
    const controller = new AbortController();
    const setting = mine.set('key', 1, { signal: controller.signal });
    controller.abort();
    await expect(setting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await mine.get('key')).toBeUndefined();
  });

  test('that is aborted afterwards changes nothing', async () => {
    const mine = openStorage().of('mine');
    const controller = new AbortController();
    await mine.set('key', 1, { signal: controller.signal });
    controller.abort();
    expect(await mine.get('key')).toBe(1);
  });
});
