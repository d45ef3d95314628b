import { describe, expect, test } from 'vitest';
import { Status } from '../../../src/abi/index.js';
import { LOADERS } from './loaders.js';
import { serveSubject } from './subject-setup.js';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe.each(LOADERS)('chunks: $name', (loader) => {
  test('come parsed and in order, before the answer', async () => {
    const { call } = await serveSubject(loader);
    const seen: unknown[] = [];
    const answer = await call('count', { count: 100 }, { onChunk: (chunk) => seen.push(chunk) });
    expect(seen).toEqual(upTo(100));
    expect(answer).toEqual({ ok: true, json: '100' });
  });

  test('come one at a time, the next when the reader is ready', async () => {
    const { call } = await serveSubject(loader);
    let reading = 0;
    const onChunk = async () => {
      reading += 1;
      expect(reading).toBe(1);
      await new Promise(setImmediate);
      reading -= 1;
    };
    expect(await call('count', { count: 20 }, { onChunk })).toMatchObject({ ok: true });
  });

  test('stop the plugin while the reader is behind', async () => {
    const limits = { chunksUnread: 4 };
    const { call, report, reported } = await serveSubject(loader, { limits });
    const seen: unknown[] = [];
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const onChunk = async (chunk: unknown) => {
      await held;
      seen.push(chunk);
    };
    const answer = call('count', { count: 100 }, { onChunk });
    for (const name of ['0', '1', '2', '3']) expect(await report('sends')).toMatchObject({ name });
    // What the plugin could send meanwhile, it would.
    for (let i = 0; i < 10; i++) await call('echo');
    expect(reported.length).toBeLessThanOrEqual(1);
    goOn();
    await answer;
    expect(seen).toEqual(upTo(100));
  });

  test('are not sent when the caller does not read them', async () => {
    const { call } = await serveSubject(loader, { limits: { chunksUnread: 4 } });
    expect(await call('count', { count: 20 })).toMatchObject({ json: '20' });
  });

  test('cancel the call when the reader fails, with that very error', async () => {
    const { call, report } = await serveSubject(loader);
    const mine = new Error('enough');
    const onChunk = (chunk: unknown) => {
      if (chunk === 3) throw mine;
    };
    await expect(call('count', { count: 1e6 }, { onChunk })).rejects.toBe(mine);
    expect(await report('stopped')).toEqual({ name: 'count', status: Status.CANCELLED });
  });
});

describe.each(LOADERS)('progress: $name', (loader) => {
  test('comes on the way, as a fraction with a note or as unknown', async () => {
    const { call, openGate } = await serveSubject(loader);
    const seen: unknown[] = [];
    const onProgress = (...progress: unknown[]) => {
      seen.push(progress);
      openGate();
    };
    expect(await call('progress', {}, { onProgress })).toEqual({ ok: true, json: 'null' });
    expect(seen).toEqual([
      [0.25, 'a quarter'],
      [null, null],
    ]);
  });

  test('that fails cancels the call, with that very error', async () => {
    const { call } = await serveSubject(loader);
    const mine = new Error('enough');
    const onProgress = () => {
      throw mine;
    };
    await expect(call('progress', {}, { onProgress })).rejects.toBe(mine);
  });
});
