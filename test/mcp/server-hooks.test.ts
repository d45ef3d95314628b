import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { LogRelay, openDoor, serveStdio } from '../../src/mcp/index.js';
import { makeHome } from '../host/open-host.js';
import { connect, serve } from './http/serve.js';
import { ERAS } from './stdio-client.js';

const OBSERVED = [
  'OnGatewayStart',
  'OnClientConnect',
  'OnClientDisconnect',
  'OnGatewayShutdown',
] as const;

/** What the hooks of a server are fired with, in order. */
function observe(host: PluginHost) {
  const seen: (readonly [string, object])[] = [];
  for (const name of OBSERVED) {
    host.hooks.register(name, (payload) => void seen.push([name, payload]));
  }
  return seen;
}

const id = expect.stringMatching(/^[0-9a-f-]{36}$/);

test('a client with a handshake over HTTP connects with its name, and disconnects', async () => {
  const { host, url, serving } = await serve();
  const seen = observe(host);
  const { client, transport } = await connect(url, ERAS['with a handshake']);
  await client.callTool({ name: 'echo' });
  await transport.terminateSession();
  await serving.close();
  expect(seen).toEqual([
    ['OnClientConnect', { server: 'mcp', client: id, name: 'test' }],
    ['OnClientDisconnect', { server: 'mcp', client: id }],
    ['OnGatewayShutdown', { server: 'mcp', reason: 'the server is closed' }],
  ]);
});

test('a client over HTTP since 2026-07-28 stays with no connection, so that none is reported', async () => {
  const { host, url, serving } = await serve();
  const seen = observe(host);
  const { client } = await connect(url, ERAS['since 2026-07-28']);
  await client.callTool({ name: 'echo' });
  await serving.close();
  expect(seen.map(([name]) => name)).toEqual(['OnGatewayShutdown']);
});

test.each([
  ['tools/list', { tools: [] }],
  ['prompts/list', { prompts: [] }],
  ['resources/list', { resources: [] }],
])(
  'a server on standard input and output starts and stops with its one client, which asks for %s',
  async (method, result) => {
    const host = await PluginHost.open(makeHome());
    onTestFinished(() => host.close());
    const seen = observe(host);
    const input = new PassThrough();
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'editor', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const list = { jsonrpc: '2.0', id: 1, method, params: { _meta: meta } };
    input.end(`${JSON.stringify(list)}\n`);
    const written: string[] = [];
    const pipes = {
      input,
      write: async (text: string) => void written.push(text),
      gone: new AbortController().signal,
    };
    await serveStdio(openDoor(host, new LogRelay()), pipes, new AbortController().signal);
    expect(JSON.parse(written.join(''))).toMatchObject({ id: 1, result });
    expect(seen).toEqual([
      ['OnGatewayStart', { server: 'mcp', address: 'stdio' }],
      ['OnClientConnect', { server: 'mcp', client: id, name: 'editor' }],
      ['OnClientDisconnect', { server: 'mcp', client: id }],
      ['OnGatewayShutdown', { server: 'mcp', reason: 'the client has gone' }],
    ]);
  },
);
