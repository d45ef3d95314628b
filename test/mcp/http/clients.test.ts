import { LOG_LEVEL_META_KEY } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import { ERAS } from '../stdio-client.js';
import { connect, serve } from './serve.js';

const CASES = Object.entries(ERAS);

describe.each(CASES)('a client over HTTP %s', (_, era) => {
  test('lists and calls tools', async () => {
    const { url } = await serve();
    const { client } = await connect(url, era);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['echo', 'who', 'report', 'wait']);
    const { content } = await client.callTool({ name: 'echo', arguments: { a: [1, 'ü'] } });
    expect(content).toEqual([{ type: 'text', text: '{"a":[1,"ü"]}' }]);
  });

  test('receives progress and log lines before the result', async () => {
    const { url } = await serve();
    const { client } = await connect(url, era);
    const seen: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => {
      seen.push(params.data);
    });
    await client.callTool(
      { name: 'report', _meta: { [LOG_LEVEL_META_KEY]: 'info' } },
      { onprogress: ({ progress, total, message }) => seen.push({ progress, total, message }) },
    );
    expect(seen).toEqual(['half done', { progress: 0.5, total: 1, message: 'half' }]);
  });

  test('cancels a call', async () => {
    const { url, waiting } = await serve();
    const { client } = await connect(url, era);
    const cancel = new AbortController();
    const begun = waiting();
    const call = client.callTool({ name: 'wait' }, { signal: cancel.signal });
    const signal = await begun;
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
    cancel.abort('enough');
    await expect(call).rejects.toThrow(/enough/);
    await stopped;
  });

  test('is notified when tools come', async () => {
    const { url, host } = await serve();
    let arrived = (_: string[]) => {};
    const next = new Promise<string[]>((resolve) => {
      arrived = resolve;
    });
    await connect(url, era, {
      listChanged: {
        tools: {
          debounceMs: 0,
          onChanged: (_error, tools) => arrived((tools ?? []).map(({ name }) => name)),
        },
      },
    });
    await host.register({
      meta: { name: 'later', version: '1.0.0' },
      register: (api) => api.registerTool('more', { description: 'More' }, () => 1),
    });
    expect(await next).toContain('more');
  });

  test('makes 64 calls at once and receives each its own answer', async () => {
    const { url } = await serve();
    const { client } = await connect(url, era);
    const answers = await Promise.all(
      Array.from({ length: 64 }, async (_each, n) => {
        const { content } = await client.callTool({ name: 'echo', arguments: { n } });
        return content;
      }),
    );
    expect(answers).toEqual(
      Array.from({ length: 64 }, (_each, n) => [{ type: 'text', text: `{"n":${n}}` }]),
    );
  });
});

test('two clients with a handshake are two sessions, of which plugins know', async () => {
  const { url, serving } = await serve();
  const era = ERAS['with a handshake'];
  const sessions = await Promise.all(
    [1, 2].map(async () => {
      const { client, transport } = await connect(url, era);
      const { content } = await client.callTool({ name: 'who' });
      const [part] = content;
      const text = part?.type === 'text' ? part.text : '';
      return { named: JSON.parse(text).session as string, id: transport.sessionId };
    }),
  );
  expect(serving.sessions.size).toBe(2);
  expect(new Set(sessions.map(({ named }) => named)).size).toBe(2);
  // Who knows the id of a session may act for it, so plugins are given another name.
  for (const { named, id } of sessions) expect(named).not.toBe(id);
});

test('a client since 2026-07-28 leaves no session', async () => {
  const { url, serving } = await serve();
  const { client } = await connect(url, ERAS['since 2026-07-28']);
  await client.callTool({ name: 'echo' });
  expect(serving.sessions.size).toBe(0);
});
