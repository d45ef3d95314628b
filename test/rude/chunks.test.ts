import { expect, test } from 'vitest';
import { deferred } from '../host/open-host.js';
import { GONE, served, visit } from './exhibit.js';

const upTo = (count: number) => Array(count).fill(1);

test('chunks and progress after the end are GONE, and nobody sees them', async () => {
  const { call, ears } = await visit('chunks.c');
  const seen: unknown[] = [];
  const see = (part: unknown) => seen.push(part);
  expect(await call('after-end', {}, { onChunk: see, onProgress: see })).toMatchObject({
    data: 'the end',
  });
  for (const name of ['chunk', 'waiting', 'progress']) {
    expect(await ears.next('after')).toEqual({ topic: 'after', name, status: GONE });
  }
  expect(seen).toEqual([]);
});

test('of a million chunks that ignore AGAIN no more than 64 are ever unread', async () => {
  const { host, call, ears } = await visit('chunks.c');
  const sent = deferred();
  const seen: unknown[] = [];
  const onChunk = async (chunk: unknown) => {
    await sent.promise;
    seen.push(chunk);
  };
  const running = call('send', { count: 1e6, wait_ms: 0 }, { onChunk });
  await served(host);
  expect(await ears.next('sent')).toMatchObject({ status: 64 });
  sent.resolve();
  expect(await running).toMatchObject({ data: { ok: 64, again: 1e6 - 64, other: 0 } });
  expect(seen).toEqual(upTo(64));
});

test('a million chunks that honour AGAIN all arrive, and never more than 64 wait', async () => {
  const { host, call } = await visit('chunks.c');
  const count = 1e6;
  let seen = 0;
  const onChunk = () => {
    seen++;
  };
  const running = call('send', { count, wait_ms: -1 }, { onChunk, timeoutMs: Infinity });
  await served(host);
  expect(await running).toMatchObject({ data: { ok: count, again: 0, other: 0 } });
  expect(seen).toBe(count);
});
