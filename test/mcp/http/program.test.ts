import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, onTestFinished, test } from 'vitest';
import { type CliOptions, cliInProcess, homeWith, startCli } from '../../cli/run-cli.js';
import { temporaryFolder } from '../../support/compile-library.js';
import { withBuild } from '../../support/run-built.js';

withBuild();

const home = homeWith('calculator');
const PORT = ['--http', '--port', '0'];

/** Starts the program, and reads where it listens. */
async function start(args: readonly string[] = [], options: CliOptions = {}) {
  const running = startCli(['mcp', ...PORT, '--json', ...args], { home, ...options });
  const line = await running.until('stdout', /\n/);
  return { ...running, ...(JSON.parse(line) as { url: string; token: string }) };
}

async function calculate(url: string, token: string) {
  const client = new Client({ name: 'test', version: '1.0.0' });
  onTestFinished(() => client.close());
  const headers = { Authorization: `Bearer ${token}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  );
  return client.callTool({ name: 'calculate', arguments: { expression: '6 * 7' } });
}

test('the program serves a client with the token that it made, and ends with 143 on SIGTERM', async () => {
  const { url, token, child, done } = await start();
  expect(await calculate(url, token)).toMatchObject({ content: [{ text: '42' }] });
  child.kill('SIGTERM');
  expect(await done).toMatchObject({ code: 143, signal: null });
});

test('the program prints the address and a new token on standard error', async () => {
  const { until, child } = startCli(['mcp', ...PORT], { home });
  const stderr = await until('stderr', /is new: aisopod_[\w-]{43}\n/);
  expect(stderr).toMatch(/^Serving 1 tool to MCP clients at http:\/\/127\.0\.0\.1:\d+\/mcp\n/);
  child.kill('SIGKILL');
});

test('the program takes the token of the environment, and does not print it', async () => {
  const given = 'x'.repeat(32);
  const env = { AISOPOD_MCP_TOKEN: given };
  const { until, child } = startCli(['mcp', ...PORT], { home, env });
  const stderr = await until('stderr', /The token of clients.*\n/);
  expect(stderr).toContain('is that of the environment variable AISOPOD_MCP_TOKEN.');
  expect(stderr).not.toContain(given);
  const [url = ''] = /http:\S+/.exec(stderr) ?? [];
  expect(await calculate(url, given)).toMatchObject({ content: [{ text: '42' }] });
  child.kill('SIGKILL');
});

test('the program makes a token file for its user alone, and takes it again', async () => {
  const file = join(temporaryFolder(), 'token');
  const first = await start(['--token-file', file]);
  expect(existsSync(file)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim()).toBe(first.token);
  first.child.kill('SIGTERM');
  await first.done;
  const second = await start(['--token-file', file]);
  expect(second.token).toBe(first.token);
  second.child.kill('SIGTERM');
  await second.done;
});

test('a token file that others may read is refused, with what to do', async () => {
  const file = join(temporaryFolder(), 'token');
  writeFileSync(file, 'x'.repeat(32));
  chmodSync(file, 0o644);
  const { code, stderr } = await cliInProcess(['mcp', ...PORT, '--token-file', file], { home });
  expect(code).toBe(1);
  expect(stderr).toMatch(/may be used by others.*chmod 600 .*make a new one: rm /s);
});

test('a token of the environment that can be guessed is refused', async () => {
  const env = { AISOPOD_MCP_TOKEN: 'secret' };
  const { code, stderr } = await cliInProcess(['mcp', ...PORT], { home, env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/AISOPOD_MCP_TOKEN holds no token.*openssl rand -hex 32/s);
});

test.each([
  [['--http', '--port', '65536'], /--port needs a whole number from 0 to 65535, and "65536"/],
  [['--http', '--port', 'x'], /--port needs a whole number from 0 to 65535, and "x"/],
  [['--port', '1'], /--port is for --http, which is not given\. Help: aisopod mcp --help/],
  [['--allow-host', 'x'], /--allow-host is for --http/],
  [['--token-file', 'x'], /--token-file is for --http/],
])('wrong options %j are refused before anything is started', async (args, said) => {
  const { code, stderr } = await cliInProcess(['mcp', ...args], { home });
  expect(code).toBe(2);
  expect(stderr).toMatch(said);
});
