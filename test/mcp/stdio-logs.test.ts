import { LOG_LEVEL_META_KEY } from '@modelcontextprotocol/client';
import { afterEach, expect, test } from 'vitest';
import { homeWith } from '../cli/run-cli.js';
import { writePlugin } from '../cli/write-plugin.js';
import { withBuild } from '../support/run-built.js';
import { connectStdio, ERAS } from './stdio-client.js';

withBuild();

const handler = `
  (void)aisopod_log(host, AISOPOD_LOG_DEBUG, "looking");
  (void)aisopod_log(host, AISOPOD_LOG_WARN, "found nothing");
  printf("printed\\n"); fflush(stdout);`;
const args = ['--plugin', writePlugin({ id: 'talker', handler })];
const home = homeWith();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function connect(era: keyof typeof ERAS) {
  const connected = await connectStdio({ home, args, versionNegotiation: ERAS[era] });
  closing.push(() => connected.client.close());
  const lines: unknown[] = [];
  connected.client.setNotificationHandler('notifications/message', ({ params }) => {
    lines.push(params);
  });
  return { ...connected, lines };
}

const warning = { level: 'warning', logger: 'talker', data: 'found nothing' };
const debug = { level: 'debug', logger: 'talker', data: 'looking' };

test('a client with a handshake receives the log lines of its calls from the level that it set', async () => {
  const { client, lines } = await connect('with a handshake');
  await client.callTool({ name: 'run' });
  expect(lines).toEqual([warning]);
  await client.setLoggingLevel('debug');
  await client.callTool({ name: 'run' });
  expect(lines).toEqual([warning, debug, warning]);
  await client.setLoggingLevel('error');
  await client.callTool({ name: 'run' });
  expect(lines).toHaveLength(3);
});

test('a client since 2026-07-28 receives the log lines of the requests that ask for them', async () => {
  const { client, lines } = await connect('since 2026-07-28');
  await client.callTool({ name: 'run' });
  expect(lines).toEqual([]);
  await client.callTool({ name: 'run', _meta: { [LOG_LEVEL_META_KEY]: 'debug' } });
  expect(lines).toEqual([debug, warning]);
});

test('what a plugin prints goes to standard error, and no message is spoiled', async () => {
  const { client, stderr, errors } = await connect('with a handshake');
  await client.callTool({ name: 'run' });
  await client.close();
  expect(stderr.text).toContain('printed\n');
  expect(errors).toEqual([]);
});
