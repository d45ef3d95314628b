import { describe, expect, test } from 'vitest';
import { Status } from '../../../src/abi/index.js';
import type { Plugin, PluginContext } from '../../../src/index.js';
import { marksOf, openHost } from '../open-host.js';
import { counting, hostWith } from './counting.js';

/** What came of calls: `true`, or the code of the error that they rejected with. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(
    calls.map((call) =>
      call.then(
        () => true,
        ({ code }) => code,
      ),
    ),
  );
}

describe('init() of a new instance in TypeScript', () => {
  test('is refused at once what it calls of its own plugin, and the reload goes on', async () => {
    const came: unknown[][] = [];
    const { plugin } = counting();
    const host = await hostWith({
      ...plugin,
      async init(context) {
        plugin.init?.(context);
        const calls = [context.tools.call('count'), context.messaging.send('counter', 1)];
        came.push(await outcomes(calls));
      },
    });
    expect(await host.plugins.reload('counter')).toMatchObject({ state: 'active' });
    expect(came).toHaveLength(2);
    expect(came[1]).toEqual(['PLUGIN_NOT_ACTIVE', 'PLUGIN_NOT_ACTIVE']);
  });

  test('reads in the refusal what to do instead', async () => {
    const refusals: string[] = [];
    const { plugin } = counting();
    const host = await hostWith({
      ...plugin,
      async init({ tools }) {
        await tools.call('count').catch(({ message }) => refusals.push(message));
      },
    });
    await host.plugins.reload('counter');
    expect(refusals[1]).toBe(
      'Plugin counter is being reloaded, and its new instance takes no calls (tool count) before its init function ' +
        'has returned, which would wait for itself. Use the code behind the call directly, or make the call ' +
        'later, from a timer or a posted task.',
    );
  });

  test('is refused what another plugin calls for it', async () => {
    const came: unknown[] = [];
    const { plugin } = counting();
    const between: Plugin = {
      id: 'between',
      version: '1.0.0',
      register(api) {
        api.registerTool('ask', { description: 'Asks.' }, async (_, { context }) => {
          const [outcome] = await outcomes([mine.tools.call('count', {}, { context })]);
          return outcome;
        });
      },
      init(context) {
        mine = context;
      },
    };
    let mine!: PluginContext;
    const host = await hostWith(between, {
      ...plugin,
      async init({ tools }) {
        came.push((await tools.call('ask')).data);
      },
    });
    await host.plugins.reload('counter');
    expect(came).toEqual(['TOOL_NOT_FOUND', 'PLUGIN_NOT_ACTIVE']);
  });
});

test('a call that the old instance makes after its state was saved is answered by the new one', async () => {
  const contexts: PluginContext[] = [];
  let late: Promise<unknown> | undefined;
  const { plugin, runs } = counting({
    restoreState() {
      late = contexts[0]?.tools.call('count');
    },
  });
  const host = await hostWith({
    ...plugin,
    init(context) {
      contexts.push(context);
      return plugin.init?.(context);
    },
  });
  await host.plugins.reload('counter');
  expect(await late).toMatchObject({ data: { build: 2 } });
  expect(runs).toHaveLength(2);
});

test('on_init() in C is refused at once a call of its own plugin, and the reload goes on', async () => {
  const host = await openHost({
    plugins: [{ id: 'one', source: 'lifecycle.c', flags: ['-fno-gnu-unique'] }],
    pluginConfig: {
      one: { on_init: 'request', method: 'tool.call', params: { name: 'one:ping' } },
    },
  });
  expect(await host.plugins.reload('one')).toMatchObject({ state: 'active' });
  const received = marksOf(host.home.root, 'one').filter((mark) => mark.startsWith('receives'));
  expect(received).toEqual([`receives ${Status.NOT_FOUND} null`, `receives ${Status.STATE} null`]);
});
