import { describe, expect, test } from 'vitest';
import { AisopodError, type PluginApi } from '../../../src/index.js';
import { ERAS } from '../stdio-client.js';
import { connect, serve } from './serve.js';

function register(api: PluginApi): void {
  api.registerContext('clock', { description: 'The hour', uriTemplate: 'clock:now' }, () => 'noon');
  api.registerContext(
    'notes',
    { description: 'Notes', uriTemplate: 'notes:{query}', mime: 'text/markdown' },
    ({ query }) => ({
      parts: [
        { text: `# ${query}`, source: { title: 'first' } },
        { text: 'more', mime: 'text/plain', source: { uri: 'file:///more' } },
      ],
    }),
  );
  api.registerContext('plain', { description: 'Echo', title: 'Plain' }, ({ query }) => query);
  api.registerContext('twin', { description: 'Twin', uriTemplate: 'clock:now' }, () => 'one');
  api.registerContext('some', { description: 'Some', uriTemplate: 'some:{query}' }, ({ query }) => {
    if (query === 'missing') throw new AisopodError('NOT_FOUND', 'it is not there');
    if (query === 'wrong') throw new AisopodError('INVALID', 'it is not a word');
    return null;
  });
}

describe.each(Object.entries(ERAS))('a client %s', (_, era) => {
  async function connected() {
    const { host, url } = await serve();
    await host.register({ meta: { name: 'texts', version: '1.0.0' }, register });
    return { host, client: (await connect(url, era)).client };
  }

  test('lists contexts whose URI has no place as resources, each URI once', async () => {
    const { client } = await connected();
    expect((await client.listResources()).resources).toEqual([
      { uri: 'clock:now', name: 'clock', description: 'The hour', mimeType: 'text/plain' },
    ]);
    expect((await client.readResource({ uri: 'clock:now' })).contents).toEqual([
      {
        uri: 'clock:now',
        mimeType: 'text/plain',
        text: 'noon',
        _meta: { 'aisopod/source': 'texts:clock' },
      },
    ]);
  });

  test('lists all other contexts as templates', async () => {
    const { client } = await connected();
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toEqual([
      {
        uriTemplate: 'notes:{query}',
        name: 'notes',
        description: 'Notes',
        mimeType: 'text/markdown',
      },
      {
        uriTemplate: 'aisopod-context:plain/{+query}',
        name: 'plain',
        title: 'Plain',
        description: 'Echo',
        mimeType: 'text/plain',
      },
      { uriTemplate: 'some:{query}', name: 'some', description: 'Some', mimeType: 'text/plain' },
    ]);
  });

  test('reads each part with its type, and with the URI or title of its source', async () => {
    const { client } = await connected();
    expect((await client.readResource({ uri: 'notes:a%20b' })).contents).toEqual([
      {
        uri: 'notes:a%20b',
        mimeType: 'text/markdown',
        text: '# a b',
        _meta: { 'aisopod/source': 'first' },
      },
      { uri: 'file:///more', mimeType: 'text/plain', text: 'more' },
    ]);
  });

  test.each([
    ['aisopod-context:plain/', ''],
    ['aisopod-context:plain/a/b%3F%20%C3%BC', 'a/b? ü'],
    ['aisopod-context:plain/a%0Ab/?c#d', 'a\nb/?c#d'],
  ])('reads a context without a URI of its own by %s', async (uri, text) => {
    const { client } = await connected();
    expect((await client.readResource({ uri })).contents).toMatchObject([{ uri, text }]);
  });

  test.each([
    ['that no context has', 'none:such', /No context has a uriTemplate for "none:such"/],
    ['that is not encoded as one', 'aisopod-context:plain/%', /aisopod-context:plain\/%/],
    ['of a context that is not there', 'aisopod-context:plan/x', /aisopod-context:plan\/x/],
    ['of a context with a URI of its own', 'aisopod-context:clock/', /aisopod-context:clock\//],
    ['that the context knows nothing about', 'some:thing', /texts:some knows nothing about/],
    ['that the plugin does not find', 'some:missing', /texts:some failed: it is not there/],
  ])(
    'receives the error for a resource that is not there for a URI %s',
    async (_why, uri, message) => {
      const { client } = await connected();
      await expect(client.readResource({ uri })).rejects.toMatchObject({
        code: -32602,
        data: { uri },
        message: expect.stringMatching(message),
      });
    },
  );

  test('receives a protocol error with the code of the plugin for a query that it refuses', async () => {
    const { client } = await connected();
    await expect(client.readResource({ uri: 'some:wrong' })).rejects.toMatchObject({
      code: -32602,
      data: { code: 'INVALID' },
    });
  });

  test('receives no values for the place of a template', async () => {
    const { client } = await connected();
    const ref = { type: 'ref/resource', uri: 'notes:{query}' } as const;
    const { completion } = await client.complete({ ref, argument: { name: 'query', value: 'a' } });
    expect(completion.values).toEqual([]);
  });

  test('is notified when contexts of a plugin go, and cannot read them', async () => {
    const { host, url } = await serve();
    await host.register({ meta: { name: 'texts', version: '1.0.0' }, register });
    let arrived = () => {};
    const gone = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { client } = await connect(url, era, {
      listChanged: { resources: { debounceMs: 0, onChanged: () => arrived() } },
    });
    await host.plugins.disable('texts');
    await gone;
    expect((await client.listResources()).resources).toEqual([]);
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([]);
    await expect(client.readResource({ uri: 'clock:now' })).rejects.toMatchObject({
      code: -32603,
      data: { code: 'PLUGIN_DISABLED' },
    });
  });
});
