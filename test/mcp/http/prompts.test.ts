import { describe, expect, test } from 'vitest';
import type { PluginHost } from '../../../src/index.js';
import { ERAS } from '../stdio-client.js';
import { connect, serve } from './serve.js';

/** A plugin with the prompt `greet`, which comes while the server runs. */
function addPlugin(
  host: PluginHost,
  name = 'texts',
  title: { title?: string } = { title: 'Greet' },
) {
  return host.register({
    meta: { name, version: '1.0.0' },
    register(api) {
      api.registerPrompt(
        'greet',
        {
          ...title,
          description: `The prompt of ${name}`,
          arguments: [
            { name: 'who', description: 'Whom', required: true, complete: ['Ada', 'Alan', 'Bo'] },
            { name: 'day', complete: true },
          ],
          template: `Say hello to {{who}} from ${name}. {{day}}`,
        },
        {
          complete: ({ arguments: { who } }) =>
            Array.from({ length: 101 }, (_, n) => `${who ?? ''} ${n}`),
        },
      );
    },
  });
}

describe.each(Object.entries(ERAS))('a client %s', (_, era) => {
  async function connected() {
    const { host, url } = await serve();
    await addPlugin(host);
    return { host, client: (await connect(url, era)).client };
  }

  test('lists prompts, and gets one with its arguments in place', async () => {
    const { client } = await connected();
    expect((await client.listPrompts()).prompts).toEqual([
      {
        name: 'greet',
        title: 'Greet',
        description: 'The prompt of texts',
        arguments: [
          { name: 'who', description: 'Whom', required: true },
          { name: 'day', required: false },
        ],
      },
    ]);
    const { description, messages } = await client.getPrompt({
      name: 'greet',
      arguments: { who: 'Ada' },
    });
    expect(description).toBe('The prompt of texts');
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Say hello to Ada from texts. ' } },
    ]);
  });

  test('knows prompts of the same name by a name and a title for each', async () => {
    const { host, url } = await serve();
    await addPlugin(host, 'one', {});
    await addPlugin(host, 'two', {});
    const { client } = await connect(url, era);
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ title }) => title)).toEqual(['one:greet', 'two:greet']);
    const texts = await Promise.all(
      prompts.map(async ({ name }) => {
        const { messages } = await client.getPrompt({ name, arguments: { who: 'Bo' } });
        return messages[0]?.content;
      }),
    );
    expect(texts).toMatchObject([
      { text: 'Say hello to Bo from one. ' },
      { text: 'Say hello to Bo from two. ' },
    ]);
    // Which of them is meant would depend on the order of the plugins.
    await expect(client.getPrompt({ name: 'greet' })).rejects.toMatchObject({ code: -32602 });
  });

  test('receives a protocol error for a prompt that is not there', async () => {
    const { client } = await connected();
    await expect(client.getPrompt({ name: 'gret' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('There is no prompt named "gret". Did you mean "greet"?'),
      data: { code: 'PROMPT_NOT_FOUND', details: { prompt: 'gret', similar: 'greet' } },
    });
  });

  test('receives what is wrong with arguments as a protocol error', async () => {
    const { client } = await connected();
    const name = 'greet';
    await expect(client.getPrompt({ name, arguments: { wo: 'Ada' } })).rejects.toMatchObject({
      code: -32602,
      data: {
        code: 'ARGUMENTS_INVALID',
        details: {
          prompt: 'texts:greet',
          faults: [
            { path: '/wo', message: expect.stringContaining('did you mean "who"?') },
            { path: '/who', message: 'is required and not given' },
          ],
        },
      },
    });
  });

  test('completes an argument, also by what the other arguments say', async () => {
    const { client } = await connected();
    const ref = { type: 'ref/prompt', name: 'greet' } as const;
    const listed = await client.complete({ ref, argument: { name: 'who', value: 'A' } });
    expect(listed.completion).toEqual({ values: ['Ada', 'Alan'], hasMore: false });
    const { completion } = await client.complete({
      ref,
      argument: { name: 'day', value: '' },
      context: { arguments: { who: 'Bo' } },
    });
    expect(completion.values).toHaveLength(100);
    expect(completion).toMatchObject({ values: expect.arrayContaining(['Bo 99']), hasMore: true });
  });

  test('receives a protocol error for the completion of what is not there', async () => {
    const { client } = await connected();
    const complete = (prompt: string, name: string) => {
      const ref = { type: 'ref/prompt', name: prompt } as const;
      return client.complete({ ref, argument: { name, value: '' } });
    };
    await expect(complete('gret', 'who')).rejects.toMatchObject({ code: -32602 });
    await expect(complete('greet', 'wo')).rejects.toMatchObject({ code: -32602 });
  });

  test('is notified when prompts come and go, and not of other lists', async () => {
    const { host, url } = await serve();
    const seen: string[] = [];
    let arrived = () => {};
    const next = () =>
      new Promise<void>((resolve) => {
        arrived = resolve;
      });
    const follow = (list: string) => ({
      debounceMs: 0,
      onChanged: () => {
        seen.push(list);
        arrived();
      },
    });
    await connect(url, era, {
      listChanged: {
        tools: follow('tools'),
        prompts: follow('prompts'),
        resources: follow('resources'),
      },
    });
    const come = next();
    await addPlugin(host);
    await come;
    const gone = next();
    await host.plugins.disable('texts');
    await gone;
    expect(seen).toEqual(['prompts', 'prompts']);
  });
});
