import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Findings } from '../../../src/base/shape/index.js';
import { contentShape } from '../../../src/kinds/tools/content/index.js';
import { ok } from '../../support/fake-instance.js';
import { makeTools } from './make-tools.js';

const FILE = new URL('../../../docs/reference/schemas/tool-content.schema.json', import.meta.url);
const published = JSON.parse(readFileSync(FILE, 'utf8'));

const PARTS = [
  { type: 'text', text: 'two\nlines' },
  { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' },
  { type: 'audio', data: 'AA==', mimeType: 'audio/wav; rate=8000' },
  { type: 'resource', uri: 'file:///a', text: 'of a' },
  { type: 'resource', uri: 'a:b', data: 'AAAA', mimeType: 'x/y' },
  { type: 'link', uri: 'https://x.y/', name: 'x', size: 3 },
  { type: 'link', uri: 'https://x.y/', name: 'x', title: 'The X' },
];

/** A tool that replies with `data`, and says that it is content. */
const replying = (data: unknown) =>
  makeTools({ p: { tools: { show: { spec: { result: 'content' }, handler: () => ok(data) } } } });

describe('a tool whose result is content', () => {
  test('gives its parts as data, and what of them is text as output', async () => {
    expect(await replying(PARTS).tools.call('show')).toEqual({
      success: true,
      data: PARTS,
      output: [
        'two\nlines',
        '[image: image/png, 8 bytes]',
        '[audio: audio/wav; rate=8000, 1 byte]',
        'of a',
        '[resource: a:b, x/y, 3 bytes]',
        '[link: x, https://x.y/]',
        '[link: The X, https://x.y/]',
      ].join('\n'),
      metadata: { plugin: 'p', version: '1.0.0', tool: 'show', content: true },
    });
  });

  test('is listed as such', () => {
    expect(replying([]).tools.get('show')?.result).toBe('content');
  });

  test('may reply with nothing', async () => {
    expect(await replying([]).tools.call('show')).toMatchObject({ success: true, output: '' });
  });

  test.each([
    ['a text', 'hello', '', 'must be a list of parts: [{"type": "text", "text": "..."}]'],
    ['null', null, '', 'must be a list of parts: [{"type": "text", "text": "..."}]'],
    ['a part without a type', [{}], '/0/type', 'is missing; it must be one of "text", "image", '],
    ['a text that is a number', [{ type: 'text', text: 5 }], '/0/text', 'must be text'],
    [
      'bytes that are not base64',
      [{ type: 'image', data: 'ab c', mimeType: 'image/png' }],
      '/0/data',
      'must be base64 with padding, without line breaks',
    ],
    [
      'a media type that is none',
      [PARTS[0], { type: 'image', data: '', mimeType: 'png' }],
      '/1/mimeType',
      'must be a media type such as image/png',
    ],
    [
      'a resource with nothing in it',
      [{ type: 'resource', uri: 'a:b' }],
      '/0',
      'must be a resource with either "text" or "data"',
    ],
    [
      'a link without a scheme',
      [{ type: 'link', uri: '/etc', name: 'x' }],
      '/0/uri',
      'must be a URI with its scheme',
    ],
  ])('fails with CONTENT_INVALID when it replies with %s', async (_, data, path, words) => {
    const { success, error, metadata } = await replying(data).tools.call('show');
    expect({ success, metadata }).toMatchObject({ success: false, metadata: { content: true } });
    expect(error).toMatchObject({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining(`  ${path || 'reply'} ${words}`),
      details: { tool: 'p:show', faults: [{ path, message: expect.stringContaining(words) }] },
    });
  });

  test('lists five faults of many', async () => {
    const { error } = await replying(Array.from({ length: 9 }, () => 0)).tools.call('show');
    expect(error?.message).toContain('\n  and 4 more\n');
  });

  test('can be recovered by a hook that gives content', async () => {
    const { tools, hooks } = replying('hello');
    hooks.register('OnError', () => ({ action: 'replace', value: [PARTS[0]] }));
    expect(await tools.call('show')).toMatchObject({ success: true, output: 'two\nlines' });
  });

  test('is checked again after a hook, and its output is made of what the hook gave', async () => {
    const { tools, hooks } = replying(PARTS);
    let data: unknown = [{ type: 'text', text: 'masked' }];
    hooks.register('AfterToolExecute', () => ({ success: true, data }));
    expect(await tools.call('show')).toMatchObject({ success: true, data, output: 'masked' });
    data = 'masked';
    expect(await tools.call('show')).toMatchObject({ error: { code: 'CONTENT_INVALID' } });
  });
});

describe('the published schema of content', () => {
  const validate = new Ajv2020({ strict: true, strictRequired: false }).compile({
    $ref: '#/$defs/content',
    $defs: published.$defs,
  });
  const isTaken = (value: unknown) => {
    const findings = new Findings('CONTENT_INVALID');
    return contentShape.read(value, null, findings) !== undefined && !findings.failed;
  };

  test('is the one that the host holds replies against', () => {
    // To publish it again: npm run schemas
    expect(published.$defs.content).toEqual(JSON.parse(JSON.stringify(contentShape.schema)));
  });

  test('takes any parts exactly when the host does', () => {
    const values = PARTS.flatMap((part) => Object.entries(part));
    const keys = [...new Set(values.map(([key]) => key))];
    const member = (key: string) =>
      fc.oneof(
        fc.constantFrom(...values.filter(([name]) => name === key).map(([, value]) => value)),
        fc.constantFrom(null, 5, '', 'x', [], {}, 'A', 'AA=A', 'AAA=', '====', 'a/b', 'a:', -1),
      );
    const part = fc.record(Object.fromEntries(keys.map((key) => [key, member(key)])), {
      requiredKeys: [],
    });
    const typed = fc
      .tuple(fc.constantFrom(...PARTS), part)
      .map(([known, more]) => ({ ...more, ...known }));
    const changed = fc
      .tuple(fc.constantFrom(...PARTS), part)
      .map(([known, more]) => ({ ...known, ...more }));
    fc.assert(
      fc.property(fc.array(fc.oneof(part, typed, changed, fc.jsonValue())), (value) => {
        expect(validate(value), JSON.stringify(value)).toBe(isTaken(value));
      }),
      { numRuns: 2000 },
    );
  });
});
