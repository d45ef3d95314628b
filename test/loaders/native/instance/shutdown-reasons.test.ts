import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ShutdownReason } from '../../../../src/instance/index.js';
import { serve } from '../load-native.js';

test.each<[ShutdownReason, number]>([
  ['close', 0],
  ['unload', 1],
  ['reload', 2],
  ['undo', 3],
])('on_shutdown() receives the reason "%s" and its limit', async (reason, number) => {
  const { instance, dataDir } = await serve('reasons.c', { limits: { shutdownMs: 60_000 } });
  expect(await instance.shutdown(0, reason)).toBeNull();
  const [, given, left] =
    /^(\d) within (\d+)\n$/.exec(readFileSync(join(dataDir, 'marks'), 'utf8')) ?? [];
  expect(Number(given)).toBe(number);
  expect(Number(left)).toBeGreaterThan(0);
  expect(Number(left)).toBeLessThanOrEqual(60_000);
});

test('on_shutdown() receives the reason of the first shutdown() alone', async () => {
  const { instance, dataDir } = await serve('reasons.c');
  await Promise.all([instance.shutdown(0, 'reload'), instance.shutdown(0, 'close')]);
  expect(readFileSync(join(dataDir, 'marks'), 'utf8')).toMatch(/^2 within \d+\n$/);
});

test('on_shutdown() receives no limit when the host has none', async () => {
  const limits = { shutdownMs: Number.POSITIVE_INFINITY };
  const { instance, dataDir } = await serve('reasons.c', { limits });
  await instance.shutdown(0, 'close');
  expect(readFileSync(join(dataDir, 'marks'), 'utf8')).toBe('0 within -1\n');
});
