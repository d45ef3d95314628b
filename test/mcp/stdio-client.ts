import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { MAIN } from '../cli/run-cli.js';

/** The two eras of the protocol, as the official client is told to speak them. */
export const ERAS = {
  'with a handshake': { mode: 'legacy' },
  'since 2026-07-28': { mode: { pin: '2026-07-28' } },
} as const;

export interface McpClientOptions extends ClientOptions {
  readonly args?: readonly string[];
  readonly home: string;
}

/** Connects the official client to `aisopod mcp`, which ends when the client is closed. */
export async function connectStdio({ args = [], home, ...options }: McpClientOptions) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, 'mcp', ...args],
    env: { PATH: process.env.PATH ?? '', HOME: home },
    stderr: 'pipe',
  });
  const stderr = { text: '' };
  transport.stderr?.on('data', (part) => {
    stderr.text += String(part);
  });
  const client = new Client({ name: 'test', version: '1.0.0' }, options);
  const errors: Error[] = [];
  client.onerror = (error) => errors.push(error);
  await client.connect(transport);
  return { client, transport, stderr, errors };
}
