import { describe, expect, test } from 'vitest';
import type { CommandRunOptions, PluginApi, ToolCallOptions } from '../../src/index.js';
import { cmds } from '../kinds/commands/cmds.js';
import { openHost } from './open-host.js';

const SPEC = { description: 'For tests' };
const OPEN = { ...SPEC, requireAuth: false };

/** A promise that never settles, and a promise of the moment when it is waited for. */
function never() {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const read = () => {
    begin();
    return new Promise(() => {});
  };
  return { begun, read };
}

/** A host with plugins in C and in TypeScript that have the same commands, and tools that stream. */
async function open() {
  const host = await openHost({ plugins: [cmds('native')], limits: { drainMs: 50 } });
  await host.register({
    id: 'mine',
    version: '1.0.0',
    register(api: PluginApi) {
      api.registerCommand('say', OPEN, async function* ({ args }) {
        for (const each of args.slice(0, -1)) yield JSON.parse(each);
        return JSON.parse(args.at(-1) ?? 'null');
      });
      api.registerTool('streams', SPEC, function* () {
        yield 1;
        return 2;
      });
      api.registerTool('answers', SPEC, (_, call) => {
        void call.chunk(1);
        return 2;
      });
      api.registerTool('answers-later', SPEC, async (_, call) => {
        void call.chunk(1);
        return 2;
      });
    },
  });
  return host;
}

const OUTPUTS: [string, string, string[]][] = ['mine:say', 'native:say'].flatMap(
  (name): [string, string, string[]][] => [
    [`a chunk of ${name}`, name, ['"chunk"', 'null']],
    [`the reply of ${name}`, name, ['"reply"']],
  ],
);

describe('a reader of a command that never settles', () => {
  /** Runs a command whose reader never settles. */
  async function stuck(name: string, args: string[], options: CommandRunOptions) {
    const host = await open();
    const { begun, read } = never();
    const run = host.commands.run(name, { args, onOutput: read, ...options });
    run.catch(() => {});
    await begun;
    return { host, run };
  }

  test.each(OUTPUTS)('ends the run at its deadline: %s', async (_, name, args) => {
    const { run } = await stuck(name, args, { timeoutMs: 100 });
    await expect(run).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
  });

  test.each(OUTPUTS)('leaves the host writable after that: %s', async (_, name, args) => {
    const { host, run } = await stuck(name, args, { timeoutMs: 100 });
    await expect(host.plugins.disable('mine')).rejects.toMatchObject({ code: 'COMMAND_RUNNING' });
    await run.catch(() => {});
    await host.plugins.disable('mine');
  });

  test.each(OUTPUTS)('does not outlast the cancellation: %s', async (_, name, args) => {
    const controller = new AbortController();
    const { run } = await stuck(name, args, { signal: controller.signal, timeoutMs: 60_000 });
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  test.each(OUTPUTS)('does not hold close(): %s', async (_, name, args) => {
    const { host } = await stuck(name, args, { timeoutMs: 60_000 });
    await host.close();
  });
});

describe('a reader of chunks that never settles', () => {
  test.each(['streams', 'answers', 'answers-later'])(
    'ends the call of %s at its deadline',
    async (name) => {
      const host = await open();
      const options: ToolCallOptions = { onChunk: never().read, timeoutMs: 100 };
      const call = host.tools.call(`mine:${name}`, {}, options);
      await expect(call).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    },
  );

  test('does not hold close()', async () => {
    const host = await open();
    const { begun, read } = never();
    const call = host.tools.call('mine:streams', {}, { onChunk: read, timeoutMs: 60_000 });
    call.catch(() => {});
    await begun;
    await host.close();
  });
});
