import { describe, expect, test } from 'vitest';
import type { PluginHost } from '../../../src/index.js';
import { openHost } from '../../host/open-host.js';
import type { TestPlugin } from '../../support/plugin-folder.js';

const sender: TestPlugin = { id: 'sender', source: 'requests.c' };
const other: TestPlugin = { id: 'other', source: 'requests.c' };
const [INVALID, AGAIN, TOO_LARGE] = [-2, -10, -14];

const open = () => openHost({ plugins: [sender, other] });

/** What the plugin got for a question to its host, on behalf of a call for `tenant`. */
async function send(
  host: PluginHost,
  method: string,
  params: unknown,
  { plugin = 'sender', tenant = '' } = {},
) {
  const context = tenant === '' ? {} : { context: { tenant } };
  const args = { method, params, parent: true };
  const { data } = await host.tools.call(`${plugin}:request`, args, context);
  return data as { status: number; json: unknown; message: string | null; details: unknown };
}

describe('a plugin in C', () => {
  test('sets, gets, lists and deletes', async () => {
    const host = await open();
    expect(await send(host, 'storage.get', { key: 'a' })).toMatchObject({ json: { found: false } });
    expect(await send(host, 'storage.set', { key: 'a', value: null })).toMatchObject({
      status: 0,
      json: {},
    });
    expect(await send(host, 'storage.get', { key: 'a' })).toMatchObject({
      json: { found: true, value: null },
    });
    expect(await send(host, 'storage.list', { prefix: 'a', values: true })).toMatchObject({
      json: { items: [{ key: 'a', value: null }], next: null },
    });
    expect(await send(host, 'storage.delete', { key: 'a' })).toMatchObject({
      json: { deleted: true },
    });
  });

  test('commits all or nothing, and learns of a conflict as AGAIN', async () => {
    const host = await open();
    const operations = [
      { op: 'expect', key: 'a', absent: true },
      { op: 'set', key: 'a', value: 1 },
    ];
    expect(await send(host, 'storage.commit', { operations })).toMatchObject({ status: 0 });
    expect(await send(host, 'storage.commit', { operations })).toMatchObject({
      status: AGAIN,
      details: { code: 'STORAGE_CONFLICT', key: 'a' },
    });
  });

  test('reaches no key of another plugin but what that one shares', async () => {
    const host = await open();
    await send(host, 'storage.set', { key: 'shared/a', value: 1 });
    await send(host, 'storage.set', { key: 'secret', value: 2 });
    const from = { plugin: 'other' };
    expect(await send(host, 'storage.get', { key: 'secret' }, from)).toMatchObject({
      json: { found: false },
    });
    expect(await send(host, 'storage.get', { key: 'secret', owner: 'sender' }, from)).toMatchObject(
      {
        status: INVALID,
      },
    );
    expect(
      await send(host, 'storage.get', { key: 'shared/a', owner: 'sender' }, from),
    ).toMatchObject({
      json: { found: true, value: 1 },
    });
    const set = { key: 'shared/a', value: 3, owner: 'sender' };
    expect(await send(host, 'storage.set', set, from)).toMatchObject({ status: INVALID });
    expect(await send(host, 'storage.list', { owner: 'sender' }, from)).toMatchObject({
      json: { items: [{ key: 'shared/a' }] },
    });
  });

  test('stores for the tenant of the call that is the parent of its request', async () => {
    const host = await open();
    await send(host, 'storage.set', { key: 'a', value: 'acme' }, { tenant: 'acme' });
    expect(await send(host, 'storage.get', { key: 'a' })).toMatchObject({ json: { found: false } });
    expect(await host.storage.of('sender', 'acme').get('a')).toBe('acme');
  });

  test.each([
    ['storage.get', {}],
    ['storage.get', { key: 1 }],
    ['storage.get', { key: '' }],
    ['storage.get', { key: 'a', plugin: 'other' }],
    ['storage.get', []],
    ['storage.get', 'a'],
    ['storage.get', { key: 'shared/a', owner: 1 }],
    ['storage.set', { key: 'a' }],
    ['storage.delete', null],
    ['storage.list', { limit: -1 }],
    ['storage.commit', {}],
    ['storage.commit', { operations: [{ op: 'set', key: 'a' }] }],
  ])('is told INVALID, and why, for %s of %j', async (method, params) => {
    const answer = await send(await open(), method, params);
    expect(answer).toMatchObject({ status: INVALID, details: { code: 'STORAGE_INVALID' } });
    expect(answer.message).not.toBe('');
  });

  test('is told TOO_LARGE for a long key', async () => {
    const answer = await send(await open(), 'storage.set', { key: 'x'.repeat(257), value: 1 });
    expect(answer).toMatchObject({
      status: TOO_LARGE,
      details: { code: 'STORAGE_TOO_LARGE', bytes: 257, limit: 256 },
    });
  });
});
