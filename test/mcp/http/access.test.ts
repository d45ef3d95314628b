import { request } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { hostNames } from '../../../src/mcp/http/access.js';
import { INITIALIZE, post, serve, TOKEN } from './serve.js';

/** A request with headers that fetch() does not let a program set. */
function raw(url: string, headers: Record<string, string>, path = '/mcp') {
  const { hostname, port } = new URL(url);
  return new Promise<number | undefined>((resolve, reject) => {
    const options = { hostname, port, path, method: 'POST', setHost: false, headers };
    const sent = request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end('{}');
  });
}

const GOOD = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };

describe('the server over HTTP refuses', () => {
  test.each([
    ['no token', {}],
    ['another token', { Authorization: 'Bearer another' }],
    ['a token that begins alike', { Authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { Authorization: `Basic ${TOKEN}` }],
  ])('%s', async (_, headers) => {
    const { url } = await serve();
    const answer = await post(url, INITIALIZE, { Authorization: '', ...headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ error: { message: /Authorization: Bearer/ } });
  });

  test.each([
    ['a page of another origin', { Origin: 'https://evil.example' }, 403],
    ['a page without an origin', { Origin: 'null' }, 403],
    ['another path', {}, 404],
  ])('%s', async (what, headers, status) => {
    const { url } = await serve();
    const to = what === 'another path' ? url.replace('/mcp', '/') : url;
    expect((await post(to, INITIALIZE, headers)).status).toBe(status);
  });

  test('a host of another name, which a page may have pointed at this machine', async () => {
    const { url } = await serve();
    expect(await raw(url, { ...GOOD, Host: 'evil.example' })).toBe(403);
    expect(await raw(url, { ...GOOD, Host: 'localhost:1' })).toBe(400);
  });

  test('a body that is too large, whether or not its length is said', async () => {
    const { url } = await serve();
    const large = 'x'.repeat(33 * 1024 * 1024);
    expect((await post(url, large)).status).toBe(413);
    const stream = new Blob([large]).stream();
    const init = { method: 'POST', headers: GOOD, body: stream, duplex: 'half' };
    expect((await fetch(url, init as RequestInit)).status).toBe(413);
  });

  test.each([
    ['a body that is no JSON', 'garbage', {}, 400],
    ['a body of another type', '{}', { 'Content-Type': 'text/plain' }, 415],
    ['JSON that is no message', '[1]', {}, 400],
    ['a client that takes no stream', JSON.stringify(INITIALIZE), { Accept: 'text/html' }, 406],
  ])('%s', async (_, body, headers, status) => {
    const { url, serving } = await serve();
    expect((await post(url, body, headers)).status).toBe(status);
    expect(serving.sessions.size).toBe(0);
  });

  test('what is no request of the Fetch standard, and goes on', async () => {
    const { url } = await serve();
    const { port } = new URL(url);
    const status = await new Promise<string>((resolve) => {
      const socket = connectSocket(Number(port), '127.0.0.1', () => {
        socket.write('TRACE /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n');
      });
      socket.once('data', (data) => {
        resolve(String(data).split('\r\n', 1)[0] ?? '');
        socket.destroy();
      });
    });
    expect(status).toBe('HTTP/1.1 400 Bad Request');
    expect((await post(url, INITIALIZE)).status).toBe(200);
  });
});

describe('the server over HTTP takes', () => {
  test('a page of this machine that has the token', async () => {
    const { url } = await serve();
    expect((await post(url, INITIALIZE, { Origin: 'http://localhost:6274' })).status).toBe(200);
  });

  test('a host that the user allows', async () => {
    const { url } = await serve({ allowedHosts: ['tools.example'] });
    // Far enough to be read: there is no session yet.
    expect(await raw(url, { ...GOOD, Host: 'tools.example:3917' })).toBe(400);
  });
});

test('the names of a server are those of this machine, its own, and those that the user allows', () => {
  const local = ['localhost', '127.0.0.1', '[::1]'];
  expect(hostNames('127.0.0.1')).toEqual(local);
  expect(hostNames('0.0.0.0', ['Box.lan'])).toEqual([...local, 'box.lan']);
  expect(hostNames('fe80::1')).toEqual([...local, '[fe80::1]']);
});

test('an address that is taken is an error that says what to do', async () => {
  const { url } = await serve();
  const port = Number(new URL(url).port);
  await expect(serve({ port })).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    message: expect.stringMatching(/EADDRINUSE.*--port 0/),
    details: { port, errno: 'EADDRINUSE' },
  });
});
