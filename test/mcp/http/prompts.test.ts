import { describe, expect, test } from 'vitest';
import type { PluginHost } from '../../../src/index.js';
import { ERAS } from '../stdio-client.js';
import { connect, serve } from './serve.js';

/** A plugin with a prompt and contexts, which comes while the server runs. */
function addPlugin(host: PluginHost) {
  return host.register({
    meta: { name: 'texts', version: '1.0.0' },
    register(api) {
      api.registerPrompt('greet', {
        title: 'Greeting',
        description: 'Greet someone',
        arguments: [
          { name: 'who', description: 'Whom', required: true, complete: ['Ada', 'Alan', 'Bo'] },
        ],
        template: 'Say hello to {{who}}.',
      });
      api.registerContext(
        'clock',
        { description: 'The hour', uriTemplate: 'clock:now' },
        () => 'noon',
      );
      api.registerContext(
        'notes',
        { description: 'Notes', uriTemplate: 'notes:{query}', mime: 'text/markdown' },
        ({ query }: { query: string }) => ({
          parts: [
            { text: `# ${query}`, source: { title: 'title' } },
            { text: 'more', mime: 'text/plain', source: { uri: 'file:///more' } },
          ],
        }),
      );
      api.registerContext(
        'plain',
        { description: 'No URI of its own' },
        ({ query }: { query: string }) => (query === '' ? 'nothing' : query),
      );
    },
  });
}

describe.each(Object.entries(ERAS))('a client %s', (_, era) => {
  async function connected() {
    const { host, url } = await serve();
    await addPlugin(host);
    return (await connect(url, era)).client;
  }

  test('lists prompts, and gets one with its arguments in place', async () => {
    const client = await connected();
    expect((await client.listPrompts()).prompts).toEqual([
      {
        name: 'greet',
        title: 'Greeting',
        description: 'Greet someone',
        arguments: [{ name: 'who', description: 'Whom', required: true }],
      },
    ]);
    expect(await client.getPrompt({ name: 'greet', arguments: { who: 'Ada' } })).toMatchObject({
      description: 'Greet someone',
      messages: [{ role: 'user', content: { type: 'text', text: 'Say hello to Ada.' } }],
    });
  });

  test('receives a protocol error for a prompt that is not there, and for a missing argument', async () => {
    const client = await connected();
    await expect(client.getPrompt({ name: 'gret' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('"gret"'),
    });
    await expect(client.getPrompt({ name: 'greet' })).rejects.toMatchObject({ code: -32602 });
  });

  test('completes the argument of a prompt', async () => {
    const client = await connected();
    const ref = { type: 'ref/prompt', name: 'greet' } as const;
    const argument = { name: 'who', value: 'A' };
    expect((await client.complete({ ref, argument })).completion).toEqual({
      values: ['Ada', 'Alan'],
      hasMore: false,
    });
  });

  test('lists contexts as resources and templates, and reads them', async () => {
    const client = await connected();
    expect((await client.listResources()).resources).toEqual([
      { uri: 'clock:now', name: 'clock', description: 'The hour', mimeType: 'text/plain' },
    ]);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'notes:{query}',
      'aisopod-context:plain/{+query}',
    ]);
    expect((await client.readResource({ uri: 'clock:now' })).contents).toMatchObject([
      { uri: 'clock:now', mimeType: 'text/plain', text: 'noon' },
    ]);
    expect((await client.readResource({ uri: 'notes:a%20b' })).contents).toEqual([
      {
        uri: 'notes:a%20b',
        mimeType: 'text/markdown',
        text: '# a b',
        _meta: { 'aisopod/source': 'title' },
      },
      { uri: 'file:///more', mimeType: 'text/plain', text: 'more' },
    ]);
    const plain = await client.readResource({ uri: 'aisopod-context:plain/a/b%3F' });
    expect(plain.contents).toMatchObject([{ text: 'a/b?' }]);
  });

  test('receives a protocol error for a resource that is not there', async () => {
    const client = await connected();
    await expect(client.readResource({ uri: 'none:such' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('none:such'),
    });
  });

  test('is notified when prompts and resources come', async () => {
    const { host, url } = await serve();
    const arrived: Record<string, () => void> = {};
    const next = ['prompts', 'resources'].map(
      (name) =>
        new Promise<void>((resolve) => {
          arrived[name] = resolve;
        }),
    );
    const follow = (name: string) => ({ debounceMs: 0, onChanged: () => arrived[name]?.() });
    await connect(url, era, {
      listChanged: { prompts: follow('prompts'), resources: follow('resources') },
    });
    await addPlugin(host);
    await Promise.all(next);
  });
});
