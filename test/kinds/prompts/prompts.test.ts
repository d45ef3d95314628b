import { describe, expect, test } from 'vitest';
import type { PluginApi, PluginContext, PluginHost, PromptHandlers } from '../../../src/index.js';
import { openBareHost } from '../../support/bare-host.js';

const ARGUMENTS = [
  { name: 'file', description: 'What to look at', required: true },
  { name: 'focus', complete: ['security', 'speed', 'style'] },
];

/** A host with plugins in TypeScript. */
async function hostWith(...plugins: ((api: PluginApi) => void)[]) {
  const host = await openBareHost();
  const contexts: PluginContext[] = [];
  for (const [i, register] of plugins.entries()) {
    const init = (context: PluginContext) => void contexts.push(context);
    await host.register({ id: `p${i}`, version: '1.2.3', register, init });
  }
  return { host, contexts };
}

const review = (api: PluginApi) =>
  api.registerPrompt('review', {
    title: 'Review',
    description: 'Reviews a file',
    arguments: ARGUMENTS,
    template: 'Review {{file}}. {{focus}}',
  });

const made =
  (invoke: PromptHandlers['invoke'] | PromptHandlers, spec: object = {}) =>
  (api: PluginApi): void =>
    api.registerPrompt('made', { description: 'Is made', arguments: ARGUMENTS, ...spec }, invoke);

describe('host.prompts', () => {
  test('lists prompts with what they need', async () => {
    const { host } = await hostWith(
      review,
      made(() => 'x'),
    );
    expect(host.prompts.list()).toEqual([
      {
        plugin: 'p0',
        name: 'review',
        fullName: 'p0:review',
        wireName: 'review',
        title: 'Review',
        description: 'Reviews a file',
        arguments: [
          { ...ARGUMENTS[0], complete: false },
          { ...ARGUMENTS[1], required: false },
        ],
      },
      expect.objectContaining({ fullName: 'p1:made' }),
    ]);
    expect(host.prompts.get('p0:review')).toEqual(host.prompts.list()[0]);
    expect(host.prompts.get('none')).toBeUndefined();
  });

  test('names prompts of one name apart for protocols without full names', async () => {
    const { host } = await hostWith(review, review);
    expect(host.prompts.list().map(({ wireName }) => wireName)).toEqual([
      expect.stringMatching(/^p0_review/),
      expect.stringMatching(/^p1_review/),
    ]);
  });

  test('fills a template', async () => {
    const { host } = await hostWith(review);
    expect(await host.prompts.render('review', { file: 'a.c', focus: '{{file}}' })).toEqual({
      messages: [{ role: 'user', text: 'Review a.c. {{file}}' }],
      text: 'Review a.c. {{file}}',
      metadata: { plugin: 'p0', version: '1.2.3', prompt: 'review' },
    });
  });

  test('gives arguments to a handler, and takes a text or messages', async () => {
    const { host } = await hostWith(
      made(({ file }) => `See ${file}`),
      made(() => ({
        messages: [
          { role: 'user', text: 'a' },
          { role: 'assistant', text: 'b' },
        ],
      })),
    );
    expect(await host.prompts.render('p0:made', { file: 'x' })).toMatchObject({
      messages: [{ role: 'user', text: 'See x' }],
    });
    expect(await host.prompts.render('p1:made', { file: 'x' })).toMatchObject({
      messages: [
        { role: 'user', text: 'a' },
        { role: 'assistant', text: 'b' },
      ],
      text: 'a\n\nb',
    });
  });

  test('reads arguments when it is called', async () => {
    const { host } = await hostWith(review);
    const args: Record<string, string> = { file: 'before' };
    const rendered = host.prompts.render('review', args);
    args.file = 'after';
    expect((await rendered).text).toContain('before');
  });

  test('rejects an unknown name with the nearest', async () => {
    const { host } = await hostWith(review);
    await expect(host.prompts.render('reveiw')).rejects.toMatchObject({
      code: 'PROMPT_NOT_FOUND',
      message:
        'There is no prompt named "reveiw". Did you mean "review"? ' +
        'List the available prompts with: aisopod prompts list',
      details: { prompt: 'reveiw', similar: 'review' },
    });
  });

  test.each<[string, unknown, string[]]>([
    ['a missing one', {}, ['"file" is required and not given']],
    [
      'an unknown one',
      { file: 'x', focsu: 'y' },
      ['"focsu" is not an argument of the prompt; did you mean "focus"?'],
    ],
    ['a number', { file: 7 }, ['"file" must be text, not a number']],
    ['half of a surrogate pair', { file: '\ud800' }, ['"file" holds half of a surrogate pair']],
    ['a list in the place of all', ['x'], ['the arguments must be an object, not a list']],
    [
      'several faults',
      { focus: null, zebra: '' },
      [
        '"focus" must be text, not null',
        '"zebra" is not an argument of the prompt',
        '"file" is required and not given',
      ],
    ],
  ])('rejects arguments with %s', async (_, args, lines) => {
    const { host } = await hostWith(
      review,
      made(() => 'never'),
    );
    for (const name of ['review', 'made']) {
      const rejected = host.prompts.render(name, args as Record<string, string>);
      const error = await rejected.catch((thrown) => thrown);
      expect(error.code).toBe('ARGUMENTS_INVALID');
      expect(error.message.split('\n').slice(1, -1)).toEqual(lines.map((line) => `  ${line}`));
      expect(error.details.faults).toHaveLength(lines.length);
    }
  });

  test.each<[string, unknown, string]>([
    ['a number', 7, 'its reply is not a text, or {"messages"'],
    ['no message', { messages: [] }, 'its reply is not a text, or {"messages"'],
    ['a role that is not known', { messages: [{ role: 'system', text: 'x' }] }, 'is "system"'],
    ['a message without text', { messages: [{ role: 'user' }] }, 'its message 1 has no text'],
  ])('rejects a reply that is %s', async (_, reply, why) => {
    const { host } = await hostWith(made(() => reply));
    await expect(host.prompts.render('made', { file: 'x' })).rejects.toMatchObject({
      code: 'REPLY_REFUSED',
      message: expect.stringContaining(why),
      details: { prompt: 'p0:made' },
    });
  });

  test('rejects with what the handler threw', async () => {
    const cause = new Error('not today');
    const { host } = await hostWith(
      made(() => {
        throw cause;
      }),
    );
    await expect(host.prompts.render('made', { file: 'x' })).rejects.toMatchObject({
      code: 'FAIL',
      message: 'The prompt p0:made failed: not today',
      cause,
    });
  });

  test('refuses a text over the limit of payloads', async () => {
    const host = await openBareHost({ limits: { payloadBytes: 5_000 } });
    await host.register({ id: 'p', version: '1.0.0', register: review });
    await expect(host.prompts.render('review', { file: 'x'.repeat(5_000) })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { prompt: 'p:review', limit: 5_000 },
    });
  });

  test('cancels a handler, and ends it at its deadline', async () => {
    const reasons: string[] = [];
    const { host } = await hostWith(
      made(
        (_, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(reasons.push(signal.reason.code)));
          }),
      ),
    );
    const render = (options: object) => host.prompts.render('made', { file: 'x' }, options);
    const controller = new AbortController();
    const cancelled = render({ signal: controller.signal });
    await expect(render({ timeoutMs: 5 })).rejects.toMatchObject({ code: 'CALL_DEADLINE' });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect(reasons).toEqual(['DEADLINE', 'CANCELLED']);
    await expect(render({ timeoutMs: 0 })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(render({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CALL_CANCELLED',
    });
  });

  test('no longer renders what a plugin registered that was disabled, unloaded or closed', async () => {
    const { host } = await hostWith(review, review);
    await host.plugins.disable('p0');
    await expect(host.prompts.render('p0:review', { file: 'x' })).rejects.toMatchObject({
      code: 'PLUGIN_DISABLED',
    });
    await host.plugins.unloadPlugin('p1');
    await expect(host.prompts.render('p1:review')).rejects.toMatchObject({
      code: 'PROMPT_NOT_FOUND',
    });
    await host.close();
    await expect(host.prompts.render('review')).rejects.toMatchObject({ code: 'HOST_CLOSED' });
  });
});

describe('the completion of an argument', () => {
  const complete = async (host: PluginHost, value: string, name = 'focus', more: object = {}) =>
    host.prompts.complete('p0:made', name, value, more);

  test('gives the values of a list that begin with what is written', async () => {
    const { host } = await hostWith(made(() => 'x'));
    expect(await complete(host, 's')).toEqual({
      values: ['security', 'speed', 'style'],
      hasMore: false,
    });
    expect(await complete(host, 'sp')).toEqual({ values: ['speed'], hasMore: false });
    expect(await complete(host, 'x')).toEqual({ values: [], hasMore: false });
  });

  test('asks the handler, with what other arguments say', async () => {
    const handlers: PromptHandlers = {
      invoke: () => 'x',
      complete: (params) => [JSON.stringify(params)],
    };
    const { host } = await hostWith(
      made(handlers, {
        arguments: [
          { name: 'a', complete: true },
          { name: 'b', required: true },
        ],
      }),
    );
    const { values } = await complete(host, 'v', 'a', { arguments: { b: 'x' } });
    expect(JSON.parse(values[0] ?? '')).toEqual({
      argument: 'a',
      value: 'v',
      arguments: { b: 'x' },
    });
    expect(await complete(host, '', 'a')).toMatchObject({ hasMore: false });
    await expect(complete(host, '', 'a', { arguments: { c: '' } })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
    });
  });

  test('asks the handler of a prompt with a template', async () => {
    const { host } = await hostWith(
      made(
        { complete: () => ['one'] },
        { arguments: [{ name: 'a', complete: true }], template: '{{a}}' },
      ),
    );
    expect(await complete(host, '', 'a')).toEqual({ values: ['one'], hasMore: false });
    expect(await host.prompts.render('made', { a: 'b' })).toMatchObject({ text: 'b' });
  });

  test('gives the first 100 values', async () => {
    const all = Array.from({ length: 101 }, (_, i) => `${i}`);
    const { host } = await hostWith(
      made(
        { invoke: () => 'x', complete: () => all },
        { arguments: [{ name: 'a', complete: true }] },
      ),
    );
    expect(await complete(host, '', 'a')).toEqual({ values: all.slice(0, 100), hasMore: true });
  });

  test('gives no values for an argument that is not completed', async () => {
    const { host } = await hostWith(made(() => 'x'));
    expect(await complete(host, 'a', 'file')).toEqual({ values: [], hasMore: false });
  });

  test('rejects an unknown argument, what is no text, and a reply that is no list of texts', async () => {
    const { host } = await hostWith(
      made(
        { invoke: () => 'x', complete: () => [7] },
        { arguments: [{ name: 'focus', complete: true }] },
      ),
    );
    await expect(complete(host, '', 'focsu')).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: expect.stringContaining('did you mean "focus"?'),
    });
    await expect(complete(host, 7 as never)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(complete(host, '')).rejects.toMatchObject({ code: 'REPLY_REFUSED' });
  });
});

describe('a plugin in TypeScript', () => {
  test('fails to register a prompt without template and handler', async () => {
    const { host } = await hostWith((api) => api.registerPrompt('bare', { description: 'Bare' }));
    expect(host.plugins.get('p0')).toMatchObject({
      state: 'failed_register',
      reason: expect.stringContaining('prompt "bare": its handler is nothing, not a function'),
    });
  });

  test('fails to register a prompt with the file of a template, since it has no folder', async () => {
    const { host } = await hostWith((api) =>
      api.registerPrompt('bare', { description: 'Bare', file: 'a.md' } as never),
    );
    expect(host.plugins.get('p0')?.reason).toContain(
      'the plugin has no folder; read the file, and give its text as "template"',
    );
  });

  test('renders prompts of others until it has ended', async () => {
    const { host, contexts } = await hostWith(review, () => {});
    const prompts = contexts[1]?.prompts;
    expect(prompts?.list()).toEqual(host.prompts.list());
    expect(prompts?.get('review')).toMatchObject({ name: 'review' });
    expect(await prompts?.render('review', { file: 'x' })).toMatchObject({ text: 'Review x. ' });
    await host.plugins.unloadPlugin('p1');
    await expect(prompts?.render('review', { file: 'x' })).rejects.toMatchObject({ code: 'STATE' });
  });

  test('is ended in a circle of prompts that render one another', async () => {
    const { host, contexts } = await hostWith(
      made(async ({ file }, { context }) => {
        const { text } = (await contexts[0]?.prompts.render(
          'made',
          { file: `${file}` },
          {
            context,
          },
        )) ?? { text: '' };
        return text;
      }),
    );
    await expect(host.prompts.render('made', { file: 'x' })).rejects.toMatchObject({
      code: 'FAIL',
      message: expect.stringContaining('called from within 16 calls'),
    });
  });
});
