import { describe, expect, test } from 'vitest';
import type { TestPlugin } from '../support/plugin-folder.js';
import { deferred, listen, makeGate, openHost } from './open-host.js';

const streams: TestPlugin = { id: 'streams', source: 'streams.c' };
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const [CANCELLED, DEADLINE] = [-8, -9];

describe('onChunk', () => {
  test('gets every chunk in order, and the result comes after the last', async () => {
    const host = await openHost({ plugins: [streams] });
    for (const tool of ['count', 'count-inline']) {
      const seen: unknown[] = [];
      const args = { count: 60, wait_ms: 0 };
      const result = await host.tools.call(tool, args, { onChunk: (chunk) => seen.push(chunk) });
      expect(seen).toEqual(upTo(60));
      expect(result).toMatchObject({ success: true, data: { accepted: 60, again: 0 } });
    }
  });

  test('is called for the next chunk when its promise has settled', async () => {
    const host = await openHost({ plugins: [streams] });
    const seen: unknown[] = [];
    let reading = false;
    const onChunk = async (chunk: unknown) => {
      expect(reading).toBe(false);
      reading = true;
      await new Promise(setImmediate);
      reading = false;
      seen.push(chunk);
    };
    await host.tools.call('count', { count: 300 }, { onChunk });
    expect(seen).toEqual(upTo(300));
  });

  test('holds a plugin that waits for room', async () => {
    const host = await openHost({ plugins: [streams] });
    const ears = listen(host);
    const seen: unknown[] = [];
    const first = deferred();
    const onChunk = (chunk: unknown) => {
      seen.push(chunk);
      return first.promise;
    };
    const call = host.tools.call('count', { count: 1000 }, { onChunk });
    await host.tools.call('count-inline', {});
    expect((await ears.next('sent')).name).toBe('count-inline');
    expect(ears.heard).toEqual([]);
    expect(seen.length).toBeLessThanOrEqual(1);
    first.resolve();
    expect(await call).toMatchObject({ data: { accepted: 1000, again: 0 } });
    expect(seen).toEqual(upTo(1000));
  });

  test('never has more than 64 chunks to read, whatever the plugin does', async () => {
    const host = await openHost({ plugins: [streams] });
    const ears = listen(host);
    const seen: unknown[] = [];
    const sent = deferred();
    const onChunk = async (chunk: unknown) => {
      await sent.promise;
      seen.push(chunk);
    };
    const call = host.tools.call('count', { count: 1000, wait_ms: 0 }, { onChunk });
    expect(await ears.next('sent')).toMatchObject({ status: 64 });
    sent.resolve();
    expect(await call).toMatchObject({ data: { accepted: 64, again: 936 } });
    expect(seen).toEqual(upTo(64));
  });

  test('never has more than the limit of bytes to read', async () => {
    const host = await openHost({ plugins: [streams], limits: { chunkBytesUnread: 1000 } });
    const ears = listen(host);
    const sent = deferred();
    const args = { count: 20, bytes: 100, wait_ms: 0 };
    const call = host.tools.call('count', args, { onChunk: () => sent.promise });
    expect(await ears.next('sent')).toMatchObject({ status: 10 });
    sent.resolve();
    await call;
  });

  test('that throws cancels the call, which rejects with that very error', async () => {
    const host = await openHost({ plugins: [streams] });
    const ears = listen(host);
    const mine = new Error('enough');
    const onChunk = (chunk: unknown) => {
      if (chunk === 3) throw mine;
    };
    const call = host.tools.call('count', { count: 1e6 }, { onChunk, timeoutMs: Infinity });
    await expect(call).rejects.toBe(mine);
    expect(await ears.next('stopped')).toMatchObject({ status: CANCELLED });
    expect(await host.tools.call('count', {})).toMatchObject({ success: true });
  });

  test('whose promise rejects does the same', async () => {
    const host = await openHost({ plugins: [streams] });
    const onChunk = () => Promise.reject(new Error('enough'));
    const call = host.tools.call('count', { count: 10 }, { onChunk });
    await expect(call).rejects.toThrow('enough');
  });

  test('gets the chunks before a failure, which is the result', async () => {
    const host = await openHost({ plugins: [streams] });
    const seen: unknown[] = [];
    const onChunk = (chunk: unknown) => seen.push(chunk);
    const result = await host.tools.call('count', { count: 5, fail: true }, { onChunk });
    expect(seen).toEqual(upTo(5));
    expect(result).toMatchObject({
      success: false,
      error: { code: 'NOT_FOUND', message: 'no more' },
    });
  });

  test('may be left out: then chunks cost nothing and hold nobody', async () => {
    const host = await openHost({ plugins: [streams] });
    expect(await host.tools.call('count', { count: 1000, wait_ms: 0 })).toMatchObject({
      data: { accepted: 1000, again: 0 },
    });
  });

  test('never gets what is no JSON; the plugin is told', async () => {
    const host = await openHost({ plugins: [streams] });
    const seen: unknown[] = [];
    const result = await host.tools.call('broken', {}, { onChunk: (chunk) => seen.push(chunk) });
    expect(result).toMatchObject({ data: -2 });
    expect(seen).toEqual([]);
  });
});

describe('a reader that never comes back', () => {
  test('meets the deadline, and so does the plugin that waits for it', async () => {
    const host = await openHost({ plugins: [streams] });
    const ears = listen(host);
    const never = new Promise(() => {});
    const options = { onChunk: () => never, timeoutMs: 500 };
    const call = host.tools.call('count', { count: 1000 }, options);
    await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect(await ears.next('stopped')).toMatchObject({ status: DEADLINE });
  });
});

describe('tools.stream()', () => {
  test('gives the chunks to a loop, and the result after it', async () => {
    const host = await openHost({ plugins: [streams] });
    const stream = host.tools.stream('count', { count: 200 });
    const seen: unknown[] = [];
    for await (const chunk of stream) seen.push(chunk);
    expect(seen).toEqual(upTo(200));
    expect(await stream.result).toMatchObject({ success: true, data: { accepted: 200 } });
  });

  test('cancels the call when the loop is left early', async () => {
    const host = await openHost({ plugins: [streams] });
    const ears = listen(host);
    const stream = host.tools.stream('count', { count: 1e6 }, { timeoutMs: Infinity });
    for await (const chunk of stream) if (chunk === 10) break;
    expect(await ears.next('stopped')).toMatchObject({ status: CANCELLED });
    await expect(stream.result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  test('throws into the loop what ends the call', async () => {
    const host = await openHost({ plugins: [streams] });
    const seen: unknown[] = [];
    const loop = async () => {
      for await (const chunk of host.tools.stream('nobody')) seen.push(chunk);
    };
    await expect(loop()).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  });
});

describe('progress', () => {
  test('is told to onProgress, only the newest when nobody could look', async () => {
    const host = await openHost({ plugins: [streams] });
    const seen: unknown[] = [];
    const options = { onProgress: (...each: unknown[]) => seen.push(each) };
    // On the event loop, so that nobody looks between the steps.
    await host.tools.call('progress-inline', { steps: 1000 }, options);
    expect(seen).toEqual([[1, 'step 1000']]);
  });

  test('comes while the handler runs, and is a fraction', async () => {
    const host = await openHost({ plugins: [streams] });
    const gate = makeGate();
    const onProgress = (fraction: number | null) => {
      if (fraction === 1) gate.open();
    };
    const args = { steps: 10, gate: gate.path };
    const { data } = await host.tools.call('progress', args, { onProgress });
    expect(data).toBe(-2); // what call_progress() said to 2
  });

  test('may be unknown', async () => {
    const host = await openHost({ plugins: [streams] });
    const seen: unknown[] = [];
    await host.tools.call('unknown', {}, { onProgress: (...each) => seen.push(each) });
    expect(seen).toEqual([[null, null]]);
  });

  test('that throws cancels the call, which rejects with that error', async () => {
    const host = await openHost({ plugins: [streams] });
    const gate = makeGate();
    const onProgress = () => {
      throw new Error('enough');
    };
    const call = host.tools.call('progress', { steps: 1, gate: gate.path }, { onProgress });
    await expect(call).rejects.toThrow('enough');
  });

  test('is nothing that a call without onProgress pays for', async () => {
    const host = await openHost({ plugins: [streams] });
    expect(await host.tools.call('progress', { steps: 10 })).toMatchObject({ success: true });
  });
});
