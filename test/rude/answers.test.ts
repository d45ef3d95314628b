import { expect, test } from 'vitest';
import { GONE, OK, visit } from './exhibit.js';

test('a plugin that replies twice is answered GONE, and its first reply counts', async () => {
  const { call, ears } = await visit('answers.c');
  expect(await call('twice')).toMatchObject({ success: true, data: 'first' });
  expect(await ears.next('twice')).toMatchObject({ name: 'reply', status: OK });
  expect(await ears.next('twice')).toMatchObject({ name: 'again', status: GONE });
  expect(await ears.next('twice')).toMatchObject({ name: 'fail', status: GONE });
  expect(await call('twice')).toMatchObject({ data: 'first' });
});

test('a plugin that replies late is answered GONE; the caller has met its deadline', async () => {
  const { call, ears } = await visit('answers.c');
  await expect(call('late', {}, { timeoutMs: 20 })).rejects.toMatchObject({
    code: 'CALL_DEADLINE',
    details: { plugin: 'rude', status: 'DEADLINE' },
  });
  expect(await ears.next('late')).toMatchObject({ status: GONE });
});

test('a plugin that never replies meets the deadline, and takes its next call', async () => {
  const { call } = await visit('answers.c');
  await expect(call('never', {}, { timeoutMs: 20 })).rejects.toMatchObject({
    code: 'CALL_DEADLINE',
  });
  expect(await call('twice')).toMatchObject({ success: true });
});

test('a plugin that never replies does not keep the host from closing', async () => {
  const { host, call, info } = await visit('answers.c', { limits: { drainMs: 1 } });
  const ended = expect(call('never')).rejects.toMatchObject({ code: 'CALL_GONE' });
  await host.close();
  await ended;
  expect(info()?.state).toBe('unloaded');
});

test('of ten threads that reply at once exactly one is taken', async () => {
  const { call, ears } = await visit('answers.c');
  for (let round = 0; round < 20; round++) {
    expect(await call('ten')).toMatchObject({ success: true, data: 'one of ten' });
    expect(await ears.next('ten')).toMatchObject({ name: 'ok', status: 1 });
    expect(await ears.next('ten')).toMatchObject({ name: 'gone', status: 9 });
  }
});

test('a stale token, 0 and numbers that never were tokens are GONE in every function', async () => {
  const { call } = await visit('answers.c');
  expect(await call('stale')).toMatchObject({ data: null });
  for (let round = 0; round < 3; round++) expect(await call('stale')).toMatchObject({ data: 0 });
});
