import { describe, expect, test, vi } from 'vitest';
import type {
  HostOptions,
  PluginApi,
  PluginCall,
  PluginHandler,
  ToolCallOptions,
} from '../../src/index.js';
import { openHost, recordingLogger } from './open-host.js';

const SPEC = { description: 'For tests' };
const TRACE = 'b'.repeat(32);
const soon = { timeout: 20_000, interval: 5 };

type Handler = PluginHandler<Record<string, unknown>>;

/** A host with one tool, which `handler` answers. */
async function serve(handler: Handler, options: Omit<HostOptions, 'home'> = {}) {
  const host = await openHost(options);
  const register = (api: PluginApi) => api.registerTool('it', SPEC, handler);
  await host.register({ id: 'mine', version: '1.0.0', register });
  const call = (how?: ToolCallOptions) => host.tools.call('mine:it', {}, how);
  return { host, call };
}

/** A handler that answers when its signal is aborted, and what that says. */
function stopping() {
  const codes: string[] = [];
  const handler = (_: unknown, { signal }: PluginCall) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        codes.push(signal.reason.code);
        resolve(null);
      });
    });
  return { codes, handler };
}

describe('call.signal', () => {
  test('has the reason CANCELLED when the caller cancels', async () => {
    const { codes, handler } = stopping();
    const { call } = await serve(handler);
    const controller = new AbortController();
    const called = call({ signal: controller.signal });
    controller.abort();
    await expect(called).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(codes).toEqual(['CANCELLED']);
  });

  test('has the reason DEADLINE when the time is over', async () => {
    const { codes, handler } = stopping();
    const { call } = await serve(handler);
    await expect(call({ timeoutMs: 5 })).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    expect(codes).toEqual(['DEADLINE']);
  });

  test('has the reason STATE when the plugin shuts down', async () => {
    const { codes, handler } = stopping();
    const { host, call } = await serve(handler, { limits: { drainMs: 5 } });
    const lost = expect(call()).rejects.toMatchObject({ code: 'CALL_GONE' });
    await host.plugins.unloadPlugin('mine');
    await lost;
    expect(codes).toEqual(['STATE']);
  });

  test('has the reason INVALID when a chunk ends the call', async () => {
    const { codes, handler } = stopping();
    const { call } = await serve((args, of) => {
      const answer = handler(args, of);
      void of.chunk(1n);
      return answer;
    });
    expect(await call({ onChunk: () => {} })).toMatchObject({ error: { code: 'REPLY_REFUSED' } });
    await vi.waitFor(() => expect(codes).toEqual(['INVALID']), soon);
  });
});

describe('what the caller reads', () => {
  const wants = (_: unknown, { wantsChunks, wantsProgress }: PluginCall) => [
    wantsChunks,
    wantsProgress,
  ];

  test.each<[string, ToolCallOptions, boolean[]]>([
    ['neither chunks nor progress', {}, [false, false]],
    ['chunks', { onChunk: () => {} }, [true, false]],
    ['progress', { onProgress: () => {} }, [false, true]],
  ])('is in wantsChunks and wantsProgress: %s', async (_, options, data) => {
    const { call } = await serve(wants);
    expect(await call(options)).toMatchObject({ data });
  });

  test('stays the same when a hook listens to the call', async () => {
    const { host, call } = await serve(wants);
    host.hooks.register('AfterToolExecute', () => null);
    expect(await call()).toMatchObject({ data: [false, false] });
  });

  test('are chunks for a command, whose chunks are its output', async () => {
    const host = await openHost();
    const spec = { description: 'x', requireAuth: false };
    const register = (api: PluginApi) =>
      api.registerCommand('it', spec, (_, { wantsChunks }) => `${wantsChunks}`);
    await host.register({ id: 'mine', version: '1.0.0', register });
    expect(await host.commands.run('it')).toMatchObject({ stdout: 'true\n' });
  });
});

describe('call.logger', () => {
  const context = {
    user: 'ada',
    session: 's1',
    tenant: 'acme',
    traceId: TRACE,
    role: 'owner',
    permissions: ['fs.write'],
  };

  /** The lines of one call that `handler` answers. */
  async function linesOf(handler: Handler, how?: ToolCallOptions) {
    const { logger, lines } = recordingLogger();
    const { call } = await serve(handler, { logger });
    await call(how);
    return lines.filter(({ plugin }) => plugin === 'mine');
  }

  test('logs as the plugin, with trace id, user, session and tenant of the call', async () => {
    const log: Handler = (_, { logger }) => logger.info({ n: 1 }, 'done');
    expect(await linesOf(log, { context })).toEqual([
      {
        level: 'info',
        text: 'done',
        n: 1,
        logger: 'aisopod.plugins.mine',
        plugin: 'mine',
        from: 'plugin',
        user: 'ada',
        session: 's1',
        tenant: 'acme',
        traceId: TRACE,
        call: expect.any(Number),
      },
    ]);
  });

  test('has the trace id that the handler sees when the caller brings none', async () => {
    const seen: string[] = [];
    const log: Handler = (_, call) => {
      seen.push(call.context.traceId);
      call.logger.info('done');
    };
    expect(await linesOf(log)).toMatchObject([{ traceId: seen[0] }]);
  });

  test('tells calls of one trace apart', async () => {
    const { logger, lines } = recordingLogger();
    const log: Handler = (_, { logger: own }) => {
      own.info('begin');
      own.info('end');
    };
    const { call } = await serve(log, { logger });
    await call({ context });
    await call({ context });
    const calls = lines.filter(({ plugin }) => plugin === 'mine').map((line) => line.call);
    expect(calls[0]).toBe(calls[1]);
    expect(calls[2]).toBe(calls[3]);
    expect(calls[0]).not.toBe(calls[2]);
  });

  test('keeps what it says about the call, whatever the plugin passes', async () => {
    const log: Handler = (_, { logger }) =>
      logger.info({ user: 'eve', traceId: 'x', plugin: 'other' }, 'done');
    expect(await linesOf(log, { context })).toMatchObject([{ user: 'ada', traceId: TRACE }]);
  });

  test('goes on after the call has been answered', async () => {
    const kept: PluginCall[] = [];
    const { logger, lines } = recordingLogger();
    const keep: Handler = (_, call) => void kept.push(call);
    const { call } = await serve(keep, { logger });
    await call({ context });
    kept[0]?.logger.warn('late');
    expect(lines.at(-1)).toMatchObject({ level: 'warn', text: 'late', user: 'ada' });
  });
});
