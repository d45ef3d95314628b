import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { load } from './load-native.js';

const reason = new Error('no longer wanted');

test('a plugin that is no longer wanted is neither copied nor opened', async () => {
  const loading = load('lifecycle.c', { signal: AbortSignal.abort(reason) });
  await expect(loading).rejects.toBe(reason);
});

test('a library that waits while another one is read is left when it is no longer wanted', async () => {
  const controller = new AbortController();
  const first = load('lifecycle.c');
  const second = load('calls.c', { signal: controller.signal });
  controller.abort(reason);
  await expect(second).rejects.toBe(reason);
  const { library } = await first;
  expect(existsSync(library?.opened ?? '')).toBe(true);
});
