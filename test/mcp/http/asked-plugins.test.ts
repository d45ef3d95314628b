import { type Client, LOG_LEVEL_META_KEY, type RequestOptions } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import type { PluginHandler } from '../../../src/index.js';
import { ERAS } from '../stdio-client.js';
import { connect, serve } from './serve.js';

const _meta = { [LOG_LEVEL_META_KEY]: 'info' } as const;

/** How a client asks the plugin of `serving()`. */
const REQUESTS = {
  'prompts/get': (client: Client, options?: RequestOptions) =>
    client.getPrompt({ name: 'made', _meta }, options),
  'completion/complete': (client: Client, options?: RequestOptions) => {
    const ref = { type: 'ref/prompt', name: 'made' } as const;
    return client.complete({ ref, argument: { name: 'word', value: '' }, _meta }, options);
  },
  'resources/read': (client: Client, options?: RequestOptions) =>
    client.readResource({ uri: 'made:it', _meta }, options),
};

const CASES = Object.entries(ERAS).flatMap(([name, era]) =>
  Object.entries(REQUESTS).map(([method, ask]) => ({ name, era, method, ask })),
);

/** A server with one plugin, which answers every request with the handler. */
async function serving(handler: PluginHandler<unknown>) {
  const { host, url } = await serve();
  await host.register({
    meta: { name: 'makes', version: '1.0.0' },
    register(api) {
      const word = { name: 'word', complete: true };
      const handlers = { invoke: handler, complete: handler };
      api.registerPrompt('made', { description: 'Is made', arguments: [word] }, handlers);
      api.registerContext('made', { description: 'Is made', uriTemplate: 'made:it' }, handler);
    },
  });
  return url;
}

/** What every request of the plugin may be answered with. */
const answerOf = (method: string) => (method === 'complete' ? [] : 'made');

describe.each(CASES)('$method of a client $name', ({ era, ask }) => {
  test('is cancelled in the plugin', async () => {
    let begin = (_: AbortSignal) => {};
    const begun = new Promise<AbortSignal>((resolve) => {
      begin = resolve;
    });
    const url = await serving((_params, { signal }) => {
      begin(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    const { client } = await connect(url, era);
    const cancel = new AbortController();
    const asked = ask(client, { signal: cancel.signal });
    const signal = await begun;
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
    cancel.abort('enough');
    await expect(asked).rejects.toThrow(/enough/);
    await stopped;
  });

  test('brings progress and log lines before the answer', async () => {
    const url = await serving(async (_params, call) => {
      call.logger.warn('half done');
      call.progress(0.5, 'half');
      await new Promise((resolve) => setImmediate(resolve));
      return answerOf(call.method);
    });
    const { client } = await connect(url, era);
    const seen: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => {
      seen.push(params.data);
    });
    await ask(client, {
      onprogress: ({ progress, total, message }) => seen.push({ progress, total, message }),
    });
    expect(seen).toEqual(['half done', { progress: 0.5, total: 1, message: 'half' }]);
  });

  test('fails with the code of the host and its details', async () => {
    const url = await serving(() => 17);
    const { client } = await connect(url, era);
    await expect(ask(client)).rejects.toMatchObject({
      code: -32603,
      data: { code: 'REPLY_REFUSED' },
    });
  });
});
