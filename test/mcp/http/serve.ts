import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { type Plugin, PluginHost } from '../../../src/index.js';
import { type HttpOptions, LogRelay, openDoor, serveHttp } from '../../../src/mcp/index.js';
import { makeHome } from '../../host/open-host.js';
import type { ERAS } from '../stdio-client.js';

export const TOKEN = 'a-token-that-is-long-enough-for-a-test';

/** A server over HTTP with the tools of one plugin in TypeScript; it ends with the test. */
export async function serve(options: Partial<HttpOptions> = {}) {
  const logs = new LogRelay();
  const host = PluginHost.create({ ...makeHome(), logger: logs });
  let began: (signal: AbortSignal) => void = () => {};
  const plugin: Plugin = {
    meta: { name: 'demo', version: '1.0.0' },
    register(api) {
      api.registerTool('echo', { description: 'Echo' }, (params) => params);
      api.registerTool('who', { description: 'Who calls' }, (_, call) => call.context);
      api.registerTool('report', { description: 'Report' }, async (_, call) => {
        call.logger.warn('half done');
        call.progress(0.5, 'half');
        await new Promise((resolve) => setImmediate(resolve));
        return 'done';
      });
      api.registerTool('wait', { description: 'Wait' }, (_, call) => {
        began(call.signal);
        return new Promise((_resolve, reject) => {
          call.signal.addEventListener('abort', () => reject(new Error('stopped')));
        });
      });
    },
  };
  await host.register(plugin);
  await host.start();
  const serving = await serveHttp(openDoor(host, logs), {
    ...{ host: '127.0.0.1', port: 0, token: TOKEN },
    ...options,
  });
  onTestFinished(async () => {
    await serving.close();
    await host.close();
  });
  return {
    host,
    serving,
    url: serving.url,
    /** Resolves with the signal of the next call of `wait`. */
    waiting: () =>
      new Promise<AbortSignal>((resolve) => {
        began = resolve;
      }),
  };
}

const AUTHORIZATION = { Authorization: `Bearer ${TOKEN}` };

/** The official client, connected to a server; it is closed with the test. */
export async function connect(
  url: string,
  versionNegotiation: (typeof ERAS)[keyof typeof ERAS],
  more: ConstructorParameters<typeof Client>[1] = {},
) {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation, ...more });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: AUTHORIZATION },
  });
  onTestFinished(() => client.close());
  await client.connect(transport);
  return { client, transport };
}

/** One request as a client without an SDK makes it. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...AUTHORIZATION,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  },
};
