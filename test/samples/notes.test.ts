import { expect, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { closeAfterTest } from '../host/open-host.js';
import { newHome } from '../services/storage/open-storage.js';
import { builtPlugin } from '../support/built.js';

async function openNotes(home = newHome()): Promise<PluginHost> {
  const host = await PluginHost.open({ home, pluginDirs: [builtPlugin('notes')], env: {} });
  closeAfterTest(host);
  return host;
}

const data = async (host: PluginHost, tool: string, args = {}, context = {}) =>
  (await host.tools.call(tool, args, { context })).data;

test('notes are kept, listed and removed, and their numbers are not used twice', async () => {
  const host = await openNotes();
  expect(await data(host, 'list_notes')).toEqual([]);
  expect(await data(host, 'add_note', { text: 'milk "and" ä' })).toEqual({ id: 1 });
  expect(await data(host, 'add_note', { text: 'bread' })).toEqual({ id: 2 });
  expect(await data(host, 'remove_note', { id: 2 })).toEqual({ removed: true });
  expect(await data(host, 'remove_note', { id: 2 })).toEqual({ removed: false });
  expect(await data(host, 'add_note', { text: 'butter' })).toEqual({ id: 3 });
  expect(await data(host, 'list_notes')).toEqual([
    { id: 1, text: 'milk "and" ä' },
    { id: 3, text: 'butter' },
  ]);
});

test('notes are there for the next host of the home', async () => {
  const home = newHome();
  const first = await openNotes(home);
  await first.tools.call('add_note', { text: 'milk' });
  await first.close();
  expect(await data(await openNotes(home), 'list_notes')).toEqual([{ id: 1, text: 'milk' }]);
});

test('notes that are added at once, by two hosts, get a number each', async () => {
  const home = newHome();
  const hosts = [await openNotes(home), await openNotes(home)] as const;
  const added = await Promise.all(
    Array.from({ length: 20 }, (_, i) => data(hosts[i % 2 ? 0 : 1], 'add_note', { text: `${i}` })),
  );
  const ids = added.map((each) => (each as { id: number }).id);
  expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test('a tenant sees its own notes only', async () => {
  const host = await openNotes();
  await data(host, 'add_note', { text: 'of acme' }, { tenant: 'acme' });
  await data(host, 'add_note', { text: 'of nobody' });
  expect(await data(host, 'list_notes', {}, { tenant: 'acme' })).toEqual([
    { id: 1, text: 'of acme' },
  ]);
  expect(await data(host, 'list_notes')).toEqual([{ id: 1, text: 'of nobody' }]);
});

test('more notes than fit on a page of the storage are all listed', async () => {
  const host = await openNotes();
  const text = 'x'.repeat(10_000);
  const all = Array.from({ length: 250 }, (_, i) => ({ id: i + 1, text }));
  await host.storage.of('notes').commit([
    { op: 'set', key: 'next', value: 251 },
    ...all.map(({ id }) => ({
      op: 'set' as const,
      key: `notes/${String(id).padStart(10, '0')}`,
      value: text,
    })),
  ]);
  expect(await data(host, 'list_notes')).toEqual(all);
  expect(await data(host, 'add_note', { text: 'one more' })).toEqual({ id: 251 });
});

test('a storage that cannot be used fails the call, with its reason', async () => {
  const host = await openNotes();
  await host.storage.of('notes').set('next', 'damaged');
  expect(await host.tools.call('add_note', { text: 'x' })).toMatchObject({
    success: false,
    error: { code: 'FAIL', message: 'the number of the next note is damaged' },
  });
});
