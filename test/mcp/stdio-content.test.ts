import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cli, homeWith } from '../cli/run-cli.js';
import { writePlugin } from '../cli/write-plugin.js';
import { withBuild } from '../support/run-built.js';
import { connectStdio, ERAS } from './stdio-client.js';

withBuild();

const PARTS = [
  { type: 'text', text: 'Here it is.' },
  { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' },
  { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
  { type: 'resource', uri: 'file:///notes', mimeType: 'text/plain', text: 'notes' },
  { type: 'resource', uri: 'file:///bytes', data: 'AAAA' },
  { type: 'link', uri: 'https://example.com/', name: 'example', size: 3 },
];

/** A plugin in C whose tool `run` replies with this, and whose spec has `more`. */
const replying = (id: string, reply: unknown, more: object) => {
  const literal = JSON.stringify(JSON.stringify(reply));
  return writePlugin({
    id,
    spec: { description: 'Show', ...more },
    handler: `return aisopod_reply(host, call->token, ${literal}, AISOPOD_NTS);`,
  });
};

const home = homeWith();
const content = replying('content', PARTS, { result: 'content' });
const broken = replying('broken', [{ type: 'image', data: '' }], { result: 'content' });
const wrong = replying(
  'wrong',
  { sum: 'four' },
  {
    output: { type: 'object', properties: { sum: { type: 'number' } } },
  },
);
const number = replying('number', 4, { output: { type: 'number' } });
const args = [content, broken, wrong, number].flatMap((folder) => ['--plugin', folder]);

describe.each(Object.entries(ERAS))('a client %s', (_, versionNegotiation) => {
  let client: Awaited<ReturnType<typeof connectStdio>>['client'];
  let names: Record<string, string>;
  beforeAll(async () => {
    ({ client } = await connectStdio({ home, args, versionNegotiation }));
    const { tools } = await client.listTools();
    names = Object.fromEntries(tools.map(({ title = '', name }) => [title, name]));
  });
  afterAll(() => client.close());

  const call = (title: string) => client.callTool({ name: names[title] ?? title });

  test('calls tools of one name by names of their own, whose titles are the full names', () => {
    expect(Object.keys(names).sort()).toEqual([
      'broken:run',
      'content:run',
      'number:run',
      'wrong:run',
    ]);
    for (const name of Object.values(names)) expect(name).toMatch(/^[a-z]+_run_[0-9a-f]{8}$/);
  });

  test('receives each part of content as what it is', async () => {
    expect((await call('content:run')).content).toEqual([
      ...PARTS.slice(0, 3),
      {
        type: 'resource',
        resource: { uri: 'file:///notes', mimeType: 'text/plain', text: 'notes' },
      },
      { type: 'resource', resource: { uri: 'file:///bytes', blob: 'AAAA' } },
      { type: 'resource_link', uri: 'https://example.com/', name: 'example', size: 3 },
    ]);
  });

  test('receives an error for content that is none', async () => {
    expect(await call('broken:run')).toMatchObject({
      isError: true,
      _meta: { 'aisopod/error': { code: 'CONTENT_INVALID' } },
    });
  });

  test('receives an error, and the reply, if the reply does not fit the output schema', async () => {
    expect(await call('wrong:run')).toMatchObject({
      isError: true,
      content: [
        { text: expect.stringContaining('/sum: must be number') },
        { text: '{"sum":"four"}' },
      ],
    });
  });

  test('receives a reply that is no object as structured content of its era', async () => {
    const { structuredContent } = await call('number:run');
    const isModern = versionNegotiation.mode !== 'legacy';
    expect(structuredContent).toEqual(isModern ? 4 : { result: 4 });
  });
});

test('the command line prints texts, and a line for each other part', async () => {
  const { code, stdout } = await cli(['tools', 'call', 'run', '--plugin', content], { home });
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'Here it is.',
    '[image: image/png, 8 bytes]',
    '[audio: audio/wav, 1 byte]',
    'notes',
    '[resource: file:///bytes, 3 bytes]',
    '[link: example, https://example.com/]',
    '',
  ]);
});

test('the command line prints the parts with --json, and fails for content that is none', async () => {
  const json = await cli(['tools', 'call', 'run', '--json', '--plugin', content], { home });
  expect(JSON.parse(json.stdout)).toMatchObject({ success: true, data: PARTS });
  const { code, stderr } = await cli(['tools', 'call', 'run', '--plugin', broken], { home });
  expect(code).toBe(1);
  expect(stderr).toContain('/0/mimeType is missing');
});
