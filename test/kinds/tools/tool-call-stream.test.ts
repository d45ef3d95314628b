import { describe, expect, it } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import type { Answer } from '../../../src/instance/index.js';
import { type FakeCall, ok } from '../../support/fake-instance.js';
import { makeTools } from './make-tools.js';

/** Sends chunks the way an instance does: the next when the last was read. */
function counting(n: number, log: string[] = [], last: () => Answer = () => ok('done')) {
  return async (call: FakeCall): Promise<Answer> => {
    for (let i = 1; i <= n; i++) {
      log.push(`send ${i}`);
      await call.chunk(i).finally(() => call.signal.aborted && log.push('told to stop'));
    }
    return last();
  };
}

function stream(handler: (call: FakeCall) => Promise<Answer>, options = {}) {
  const { tools, instances } = makeTools({ p: { tools: { count: { handler } } } });
  return { chunks: tools.stream('count', {}, options), calls: instances.p?.calls ?? [] };
}

const code = (name: string) => expect.objectContaining({ code: name });
const never = () => new Promise<Answer>(() => {});

async function collect(chunks: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

describe('tools.stream', () => {
  it('gives the chunks in order and then the result', async () => {
    const { chunks } = stream(counting(3));
    expect(await collect(chunks)).toEqual([1, 2, 3]);
    expect(await chunks.result).toMatchObject({ success: true, data: 'done' });
  });

  it('counts a chunk as read when the next is asked for', async () => {
    const log: string[] = [];
    const { chunks } = stream(counting(3, log));
    for await (const chunk of chunks) {
      log.push(`got ${chunk}`);
      // Whoever sends has had every chance to go on.
      await new Promise(setImmediate);
      log.push(`want more than ${chunk}`);
    }
    expect(log).toEqual([
      ...['send 1', 'got 1', 'want more than 1'],
      ...['send 2', 'got 2', 'want more than 2'],
      ...['send 3', 'got 3', 'want more than 3'],
    ]);
  });

  it('cancels the call when the loop is left, and lets go of the plugin', async () => {
    const log: string[] = [];
    const { chunks, calls } = stream(counting(3, log));
    for await (const chunk of chunks) if (chunk === 1) break;
    expect(calls[0]?.options.signal?.aborted).toBe(true);
    await expect(chunks.result).rejects.toThrow(code('CALL_CANCELLED'));
    await new Promise(setImmediate);
    expect(log).toContain('told to stop');
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it('cancels the call when return() comes while the next chunk is awaited', async () => {
    const { chunks, calls } = stream(never);
    const waiting = chunks.next();
    await chunks.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(calls[0]?.options.signal?.aborted).toBe(true);
  });

  it('does not cancel a call that has ended', async () => {
    const { chunks, calls } = stream(counting(0));
    await chunks.result;
    await chunks.return();
    expect(calls[0]?.options.signal?.aborted).toBe(false);
  });

  it('throws what the call threw, after the chunks that came before', async () => {
    const { chunks } = stream(
      counting(2, [], () => {
        throw new AisopodError('CALL_DEADLINE', 'Too long.');
      }),
    );
    const seen: unknown[] = [];
    await expect(
      (async () => {
        for await (const chunk of chunks) seen.push(chunk);
      })(),
    ).rejects.toThrow(code('CALL_DEADLINE'));
    expect(seen).toEqual([1, 2]);
    await expect(chunks.result).rejects.toThrow(code('CALL_DEADLINE'));
    expect(await chunks.next()).toMatchObject({ done: true });
  });

  it("ends quietly on the plugin's own error, which is in the result", async () => {
    const { chunks } = stream(counting(1, [], () => ({ ok: false, code: 'FAIL', message: 'm' })));
    expect(await collect(chunks)).toEqual([1]);
    expect(await chunks.result).toMatchObject({ success: false, error: { code: 'FAIL' } });
  });

  it('throws in the loop, not at the call, when the call cannot begin', async () => {
    const { tools } = makeTools({ p: { tools: {} } });
    await expect(collect(tools.stream('gone'))).rejects.toThrow(code('TOOL_NOT_FOUND'));
  });

  it('leaves no unhandled rejection when nobody looks at the result', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { tools } = makeTools({ p: { tools: {} } });
    tools.stream('gone');
    await collect(tools.stream('gone')).catch(() => {});
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it("follows the caller's signal, with its reason", async () => {
    const abort = new AbortController();
    const { chunks, calls } = stream(never, { signal: abort.signal });
    const loop = collect(chunks);
    abort.abort('enough');
    await expect(loop).rejects.toThrow(code('CALL_CANCELLED'));
    expect(calls[0]?.options.signal?.reason).toBe('enough');
  });

  it('does not begin when the signal has been aborted already', async () => {
    const { chunks, calls } = stream(never, { signal: AbortSignal.abort() });
    await expect(collect(chunks)).rejects.toThrow(code('CALL_CANCELLED'));
    expect(calls).toEqual([]);
  });

  it('serves several next() at once, in order', async () => {
    const { chunks } = stream(counting(2));
    const steps = await Promise.all([chunks.next(), chunks.next(), chunks.next(), chunks.next()]);
    expect(steps.map((step) => (step.done ? 'end' : step.value))).toEqual([1, 2, 'end', 'end']);
  });

  it('hands timeout, progress and context on', async () => {
    const onProgress = () => {};
    const context = { user: 'ann' };
    const { chunks, calls } = stream(counting(0), { timeoutMs: 5, onProgress, context });
    await chunks.result;
    expect(calls[0]?.options).toMatchObject({ timeoutMs: 5, onProgress, context });
  });
});
