import { expect, test, vi } from 'vitest';
import { INITIALIZE, post, serve, TOKEN } from './serve.js';

const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list' };

async function begin(url: string): Promise<string> {
  const answer = await post(url, INITIALIZE);
  await answer.text();
  return answer.headers.get('mcp-session-id') ?? '';
}

const of = (session: string) => ({ 'Mcp-Session-Id': session });

test('a session ends when its client deletes it', async () => {
  const { url, serving } = await serve();
  const session = await begin(url);
  expect(serving.sessions.size).toBe(1);
  expect((await post(url, LIST, of(session))).status).toBe(200);
  const Authorization = `Bearer ${TOKEN}`;
  const deleted = await fetch(url, {
    method: 'DELETE',
    headers: { ...of(session), Authorization },
  });
  expect(deleted.status).toBe(200);
  expect(serving.sessions.size).toBe(0);
  expect((await post(url, LIST, of(session))).status).toBe(404);
});

test('a request without a session is refused, and so is one of a session that is not there', async () => {
  const { url } = await serve();
  expect((await post(url, LIST)).status).toBe(400);
  const unknown = await post(url, LIST, of('none'));
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toMatchObject({ error: { code: -32001 } });
});

test('a session ends when it is idle, but not while it is used', async () => {
  const { url, serving, waiting } = await serve({ sessions: { idleMs: 400 } });
  const [idle, used] = [await begin(url), await begin(url)];
  const begun = waiting();
  const call = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'wait' } };
  const answer = await post(url, call, of(used));
  await begun;
  // A request would use the idle one, so only the number is looked at.
  await vi.waitUntil(() => serving.sessions.size === 1, 10_000);
  expect((await post(url, LIST, of(idle))).status).toBe(404);
  expect((await post(url, LIST, of(used))).status).toBe(200);
  await answer.body?.cancel();
  await vi.waitUntil(() => serving.sessions.size === 0, 10_000);
});

test('a server with as many sessions as it may have takes no more', async () => {
  const { url } = await serve({ sessions: { most: 1 } });
  await begin(url);
  expect((await post(url, INITIALIZE)).status).toBe(503);
});

test('close() ends the calls and streams that are open', async () => {
  const { url, serving, waiting } = await serve();
  const session = await begin(url);
  const begun = waiting();
  const call = { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'wait' } };
  const answer = await post(url, call, of(session));
  const signal = await begun;
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve));
  const ended = answer.text().catch(() => 'ended');
  await serving.close();
  await stopped;
  await ended;
  await expect(post(url, LIST, of(session))).rejects.toThrow();
});
