import { expect, test, vi } from 'vitest';
import { GONE, OK, UNSUPPORTED, visit } from './exhibit.js';

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
  await expect(call('late', {}, { timeoutMs: 500 })).rejects.toMatchObject({
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

test.each(['silent', 'silent-inline'])(
  'a handler that returns OK without an answer fails its call at once: %s',
  async (tool) => {
    const { call, info } = await visit('answers.c');
    // Without a deadline: only the host's check can end it.
    expect(await call(tool, {}, { timeoutMs: Infinity })).toMatchObject({
      success: false,
      error: { code: 'NOT_ANSWERED', message: expect.stringContaining('AISOPOD_PENDING') },
    });
    expect(await call('twice')).toMatchObject({ data: 'first' });
    expect(info()?.state).toBe('active');
  },
);

test.each(['one', 'one-inline', 'truth'])(
  'a handler that returns a reserved status fails its call at once, and the log names it: %s',
  async (tool) => {
    const { call, lines } = await visit('answers.c');
    expect(await call(tool, {}, { timeoutMs: Infinity })).toMatchObject({
      success: false,
      error: { code: 'FAIL' },
    });
    await vi.waitFor(() => {
      expect(lines.some(({ text }) => text.includes('returned the reserved status 1'))).toBe(true);
    });
  },
);

test('a reserved status after an answer is logged, and the answer counts', async () => {
  const { call, lines } = await visit('answers.c');
  expect(await call('answered-one')).toMatchObject({ success: true, data: 'answered' });
  await vi.waitFor(() => {
    expect(lines.some(({ text }) => text.includes('returned the reserved status 1'))).toBe(true);
  });
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

test('the token of a call is UNSUPPORTED in cancel(), and GONE in request_wait()', async () => {
  const { call } = await visit('answers.c');
  expect(await call('foreign')).toMatchObject({ success: true, data: [UNSUPPORTED, GONE] });
});
