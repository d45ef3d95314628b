import { describe, expect, test } from 'vitest';
import type { ContextDefinition, PluginContext, PluginHandler } from '../../../src/index.js';
import { openBareHost } from '../../support/bare-host.js';

type Handler = PluginHandler<{ readonly query: string }>;

/** A host with a plugin in TypeScript that registers these contexts. */
async function hostWith(contexts: Record<string, [Partial<ContextDefinition>, Handler]>) {
  const host = await openBareHost();
  let own: PluginContext | undefined;
  await host.register({
    id: 'notes',
    version: '1.2.3',
    register(api) {
      for (const [name, [spec, handler]] of Object.entries(contexts)) {
        api.registerContext(name, { description: 'Knows', ...spec }, handler);
      }
    },
    init: (context) => {
      own = context;
    },
  });
  return { host, contexts: host.contexts, own: () => own as PluginContext };
}

const metadata = { plugin: 'notes', version: '1.2.3', context: 'c' };
const echo: Handler = ({ query }) => `<${query}>`;

describe('host.contexts', () => {
  test('lists contexts with what they say of themselves', async () => {
    const { contexts } = await hostWith({
      c: [{ title: 'Notes', uriTemplate: 'notes:{query}', mime: 'text/markdown' }, echo],
      d: [{}, echo],
    });
    expect(contexts.list()).toEqual([
      {
        plugin: 'notes',
        name: 'c',
        fullName: 'notes:c',
        wireName: 'c',
        title: 'Notes',
        description: 'Knows',
        uriTemplate: 'notes:{query}',
        mime: 'text/markdown',
      },
      {
        plugin: 'notes',
        name: 'd',
        fullName: 'notes:d',
        wireName: 'd',
        description: 'Knows',
        mime: 'text/plain',
      },
    ]);
  });

  test('makes one part of a text, whose source is the context', async () => {
    const { contexts } = await hostWith({
      c: [{ title: 'Notes', mime: 'text/markdown' }, echo],
      d: [{}, echo],
    });
    expect(await contexts.get('c', 'milk')).toEqual({
      parts: [{ text: '<milk>', mime: 'text/markdown', source: { title: 'Notes' } }],
      text: '<milk>',
      metadata,
    });
    expect((await contexts.get('notes:d')).parts).toEqual([
      { text: '<>', mime: 'text/plain', source: { title: 'notes:d' } },
    ]);
  });

  test('takes parts with a source each', async () => {
    const parts = [
      { text: 'a', source: { title: 'First' } },
      { text: 'b', mime: 'text/html', source: { uri: 'file:///b', title: 'Second' } },
    ];
    const { contexts } = await hostWith({ c: [{}, () => ({ parts })] });
    expect(await contexts.get('c', 'x')).toEqual({
      parts: [{ ...parts[0], mime: 'text/plain' }, parts[1]],
      text: 'a\n\nb',
      metadata,
    });
  });

  test.each([[null], [{ parts: [] }]])('knows nothing with the reply %j', async (reply) => {
    const { contexts } = await hostWith({ c: [{}, () => reply] });
    expect(await contexts.get('c', 'x')).toEqual({ parts: [], text: '', metadata });
  });

  test.each<[unknown, string]>([
    [7, 'its reply is not a text, null, or {"parts"'],
    [['x'], 'its reply is not a text, null, or {"parts"'],
    [{ parts: ['x'] }, 'part 1 of its reply has no text'],
    [{ parts: [{ text: 'x' }] }, 'part 1 of its reply has no source'],
    [{ parts: [{ text: 'x', source: {} }] }, 'part 1 of its reply has no source'],
    [{ parts: [{ text: 'x', source: { title: 7 } }] }, 'has a title of another type than text'],
    [{ parts: [{ text: 'x', source: { uri: 'b' } }] }, 'has a "uri" without a scheme'],
    [{ parts: [{ text: 'x', mime: 'text', source: { title: 'a' } }] }, 'has a "mime"'],
  ])('rejects the reply %j', async (reply, why) => {
    const { contexts } = await hostWith({ c: [{}, () => reply] });
    await expect(contexts.get('c', 'x')).rejects.toMatchObject({
      code: 'REPLY_REFUSED',
      message: expect.stringContaining(why),
      details: { context: 'notes:c' },
    });
  });

  test('rejects an unknown name with the nearest', async () => {
    const { contexts } = await hostWith({ files: [{}, echo] });
    await expect(contexts.get('file', 'x')).rejects.toMatchObject({
      code: 'CONTEXT_NOT_FOUND',
      message:
        'There is no context named "file". Did you mean "files"? ' +
        'List the available contexts with: aisopod contexts list',
      details: { context: 'file', similar: 'files' },
    });
  });

  test('rejects a query that is no text, or half of a surrogate pair', async () => {
    const { contexts } = await hostWith({ c: [{}, echo] });
    await expect(contexts.get('c', 7 as never)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(contexts.get('c', '\ud800')).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
  });

  test('rejects with what the handler threw, when it is late, and when it is cancelled', async () => {
    const { contexts } = await hostWith({
      fails: [
        {},
        () => {
          throw new Error('not today');
        },
      ],
      stays: [{}, () => new Promise(() => {})],
    });
    await expect(contexts.get('fails', 'x')).rejects.toMatchObject({
      code: 'FAIL',
      message: 'The context notes:fails failed: not today',
    });
    await expect(contexts.get('stays', 'x', { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'CALL_DEADLINE',
    });
    const controller = new AbortController();
    const cancelled = contexts.get('stays', 'x', { signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  test('gives the handler the context of its caller', async () => {
    const { contexts } = await hostWith({ c: [{}, (_, { context }) => `${context.user}`] });
    expect(await contexts.get('c', '', { context: { user: 'ada' } })).toMatchObject({
      text: 'ada',
    });
  });
});

describe('host.contexts.read()', () => {
  test.each([
    ['notes:milk', 'c <milk>'],
    ['notes:two%20words', 'c <two words>'],
    ['notes:', 'c <>'],
    ['tree:/home/ada', 'tree </home/ada>'],
    ['tree:/a%3Fb', 'tree </a?b>'],
    ['page://x/y/text', 'page <y>'],
    ['all:', 'all <>'],
  ])('asks the context that the URI %s belongs to', async (uri, text) => {
    const named = (name: string, uriTemplate: string): [string, [object, Handler]] => [
      name,
      [{ uriTemplate }, ({ query }) => `${name} <${query}>`],
    ];
    const { contexts } = await hostWith(
      Object.fromEntries([
        ['none', [{}, echo]],
        named('c', 'notes:{query}'),
        named('tree', 'tree:{+query}'),
        named('page', 'page://x/{query}/text'),
        named('all', 'all:'),
        named('later', 'all:'),
      ]),
    );
    expect((await contexts.read(uri)).text).toBe(text);
  });

  test.each(['notes:a/b', 'notes', 'notes:%', 'page://x/text', 'all:x', ''])(
    'rejects %j, which no context takes',
    async (uri) => {
      const { contexts } = await hostWith({
        c: [{ uriTemplate: 'notes:{query}' }, echo],
        page: [{ uriTemplate: 'page://x/{query}/text' }, echo],
        all: [{ uriTemplate: 'all:' }, echo],
      });
      await expect(contexts.read(uri)).rejects.toMatchObject({
        code: 'CONTEXT_NOT_FOUND',
        details: { uri },
      });
    },
  );
});

describe('a plugin in TypeScript', () => {
  test('asks contexts until it has ended', async () => {
    const { host, own } = await hostWith({ c: [{}, echo] });
    const { contexts } = own();
    expect(contexts.list()).toEqual(host.contexts.list());
    expect(await contexts.get('c', 'x')).toMatchObject({ text: '<x>' });
    await host.plugins.unloadPlugin('notes');
    await expect(contexts.get('c', 'x')).rejects.toMatchObject({ code: 'STATE' });
  });

  test('cannot say for whom it asks with a context that the host did not make', async () => {
    const { own } = await hostWith({ c: [{}, echo] });
    await expect(own().contexts.get('c', 'x', { context: { user: 'root' } })).rejects.toMatchObject(
      { code: 'USAGE' },
    );
  });
});
