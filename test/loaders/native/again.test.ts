import { existsSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { load, tokenOf } from './load-native.js';

test('another instance is made though the folder of the plugin is gone', async () => {
  const { instance, library, again } = await load('contract.c');
  await instance.register();
  await instance.init();
  await instance.shutdown(0, 'reload');
  expect(existsSync(library?.opened ?? '')).toBe(true);
  rmSync(library?.opened ?? '');
  const other = await again();
  const token = tokenOf(await other.register(), 'echo');
  await other.init();
  const answer = await other.invoke(token, 'invoke', '{"a":1}', { timeoutMs: 30_000 });
  expect(answer).toEqual({ ok: true, json: '{"a":1}' });
});

test('a reload opens a copy of its own while the old instance serves, and counts the old ones', async () => {
  const { instance, library, reload } = await load('contract.c');
  const token = tokenOf(await instance.register(), 'echo');
  await instance.init();
  const next = await reload();
  await next.instance.register();
  await next.instance.init();
  const answer = await instance.invoke(token, 'invoke', '{"a":1}', { timeoutMs: 30_000 });
  expect(answer).toEqual({ ok: true, json: '{"a":1}' });
  expect(next.library?.sha256).toBe(library?.sha256);
  expect(next.library?.opened).not.toBe(library?.opened);
  expect(library?.earlier).toEqual({ copies: 0, bytes: 0 });
  expect(next.library?.earlier).toMatchObject({ copies: 1 });
  expect((await reload()).library?.earlier).toMatchObject({ copies: 2 });
});
