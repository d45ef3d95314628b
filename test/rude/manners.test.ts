import { describe, expect, test } from 'vitest';
import type { PluginHost, RequestHandler } from '../../src/index.js';
import { CANCELLED, DEADLINE, EXISTS, GONE, OK, served, THREAD, visit } from './exhibit.js';

test('progress that is NaN, infinite or beyond 0 to 1 is INVALID, and nobody sees it', async () => {
  const { call } = await visit('manners.c');
  const seen: unknown[] = [];
  const onProgress = (...each: unknown[]) => seen.push(each);
  expect(await call('progress', {}, { onProgress })).toMatchObject({ data: 6 });
  expect(seen).toEqual([[0.5, 'right']]);
});

describe('an observer', () => {
  test('that is the second is EXISTS, nothing of it is taken, and the first is told', async () => {
    const { call, ears } = await visit('manners.c');
    const controller = new AbortController();
    const running = call('observe-twice', {}, { signal: controller.signal });
    expect(await ears.next('twice')).toMatchObject({ name: 'first', status: OK });
    expect(await ears.next('twice')).toMatchObject({ name: 'second', status: EXISTS });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(await ears.next('observer')).toMatchObject({ name: 'cancelled', status: CANCELLED });
    expect(await ears.next('observer')).toMatchObject({ name: 'released' });
  });

  test('of a call that was answered is GONE, and nothing of it is taken', async () => {
    const { call, ears } = await visit('manners.c');
    expect(await call('observe-late')).toMatchObject({ success: true });
    expect(await ears.next('late')).toMatchObject({ status: GONE });
  });
});

describe('a function that waits', () => {
  const both = async (next: (topic: string) => Promise<unknown>, topic: string) => {
    expect(await next(topic)).toMatchObject({ name: 'request_wait', status: THREAD });
    expect(await next(topic)).toMatchObject({ name: 'call_chunk', status: THREAD });
  };

  test('is THREAD in a response function', async () => {
    const { call, ears } = await visit('manners.c');
    expect(await call('wait-on-reply')).toMatchObject({ success: true });
    await both(ears.next, 'response');
  });

  test('is THREAD in an observer', async () => {
    const { call, ears } = await visit('manners.c');
    const running = call('wait-on-cancel', {}, { timeoutMs: 500 });
    await expect(running).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await both(ears.next, 'cancel');
  });

  test('is THREAD in an inline handler', async () => {
    const { call, ears } = await visit('manners.c');
    expect(await call('wait-inline')).toMatchObject({ success: true });
    await both(ears.next, 'inline');
  });
});

describe('a plugin that calls itself through the host', () => {
  /** Answers `again` by calling the tool once more, as deep as is asked. */
  async function open(tool: string) {
    const hosts: PluginHost[] = [];
    const again: RequestHandler = async (params, { signal }) => {
      const { depth } = params as { depth: number };
      if (depth === 0) return 'bottom';
      const inner = await hosts[0]?.tools.call(tool, { depth: depth - 1 }, { signal });
      return inner?.data;
    };
    const museum = await visit('manners.c', { requests: { again } });
    hosts.push(museum.host);
    return museum;
  }

  test('and does not wait comes back from any depth', async () => {
    const { call } = await open('rude:recurse');
    expect(await call('recurse', { depth: 50 })).toMatchObject({ success: true, data: 'bottom' });
  });

  test('and waits on its only worker meets its deadline, and is free again', async () => {
    const { host, call, ears } = await open('rude:recurse-waiting');
    const running = call('recurse-waiting', { depth: 1 }, { timeoutMs: 500 });
    const ended = expect(running).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    await served(host);
    await ended;
    expect(await ears.next('recursed')).toMatchObject({ status: DEADLINE });
    expect(await call('recurse-waiting', { depth: 0 })).toMatchObject({ data: 'bottom' });
  });
});
