import { expect, test } from 'vitest';
import type { PluginHost } from '../../src/index.js';
import type { TestPlugin } from '../support/plugin-folder.js';
import { listen, openHost } from './open-host.js';

const calls: TestPlugin = { id: 'calls', source: 'calls.c' };
const TOO_LARGE = -14;
const INVALID = -2;

const echoes = ['echo', 'echo-parallel', 'echo-inline'] as const;

async function returnTrip(host: PluginHost, args: unknown) {
  for (const tool of echoes) {
    const { data } = await host.tools.call(tool, args);
    expect(data).toEqual(args);
  }
}

test('any JSON comes back as it went', async () => {
  const host = await openHost({ plugins: [calls] });
  await returnTrip(host, {});
  await returnTrip(host, { empty: '', list: [1, -0.5, 1e300, null, true, [[]]], deep: { a: {} } });
  await returnTrip(host, { 'quote"and\\': '\n\t\b', '': 'no key' });
});

test('so does text in every script', async () => {
  const host = await openHost({ plugins: [calls] });
  await returnTrip(host, { text: 'Grüße, Ελλάδα, 日本語, العربية, 👩‍👩‍👧‍👦, \u{10ffff}\uffff' });
});

test('half of a surrogate pair is refused', async () => {
  const host = await openHost({ plugins: [calls] });
  for (const tool of echoes) {
    await expect(host.tools.call(tool, { text: '\ud83d alone' })).rejects.toMatchObject({
      code: 'ARGUMENTS_INVALID',
      message: expect.stringContaining('half of a surrogate pair at /text'),
    });
  }
});

test('so does a NUL inside a text', async () => {
  const host = await openHost({ plugins: [calls] });
  await returnTrip(host, { text: 'before\u0000after', '\u0000': '\u0000' });
});

test('so does a megabyte, of ASCII and of what is longer in UTF-8', async () => {
  const host = await openHost({ plugins: [calls] });
  await returnTrip(host, { text: 'x'.repeat(1 << 20) });
  await returnTrip(host, { text: '€'.repeat(350_000) });
});

test('arguments over the limit are refused before the plugin hears of them', async () => {
  const host = await openHost({ plugins: [calls], limits: { payloadBytes: 100 } });
  await returnTrip(host, { text: 'x'.repeat(89) });
  for (const tool of echoes) {
    const call = host.tools.call(tool, { text: 'x'.repeat(90) });
    await expect(call).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringContaining('101 bytes, over the limit of 100'),
    });
  }
});

test('an answer over the limit ends the call with that error, and the plugin is told', async () => {
  const host = await openHost({ plugins: [calls], limits: { payloadBytes: 1000 } });
  const ears = listen(host);
  expect(await host.tools.call('fill', { bytes: 998 })).toMatchObject({ success: true });
  expect(await ears.next('answered')).toMatchObject({ status: 0 });
  expect(await host.tools.call('fill', { bytes: 999 })).toMatchObject({
    success: false,
    error: { code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining('limit of 1000 bytes') },
  });
  expect(await ears.next('answered')).toMatchObject({ status: TOO_LARGE });
});

test.each([
  '',
  ' ',
  '{',
  '{} {}',
  '[1,]',
  "{'a': 1}",
  'undefined',
  'NaN',
  '"\n"',
  '\u0000',
  'null\u0000',
])('the answer %j is no JSON, which ends the call, and the plugin is told', async (text) => {
  const host = await openHost({ plugins: [calls] });
  const ears = listen(host);
  for (const tool of ['answer', 'answer-inline']) {
    expect(await host.tools.call(tool, { text })).toMatchObject({
      success: false,
      error: { code: 'REPLY_REFUSED', message: expect.stringContaining('not JSON') },
    });
    expect(await ears.next('answered')).toMatchObject({ status: INVALID });
  }
});

test('so does an answer that is no UTF-8', async () => {
  const host = await openHost({ plugins: [calls] });
  const ears = listen(host);
  expect(await host.tools.call('answer')).toMatchObject({
    success: false,
    error: { code: 'REPLY_REFUSED', message: expect.stringContaining('invalid UTF-8') },
  });
  expect(await ears.next('answered')).toMatchObject({ status: INVALID });
});

test.each([
  ['{"id":9007199254740993}', 'an integer that a double cannot hold at byte 6; write it as a'],
  ['[1e400]', 'a number beyond the range of a double at byte 1; write it as a string'],
  ['{"a":1,"\\u0061":2}', 'the key "\\u0061" twice in one object at byte 7'],
  ['"\\ud83d"', 'half of a surrogate pair at byte 1'],
])('the answer %j, which JavaScript would change, ends the call', async (text, said) => {
  const host = await openHost({ plugins: [calls] });
  const ears = listen(host);
  for (const tool of ['answer', 'answer-inline']) {
    expect(await host.tools.call(tool, { text })).toMatchObject({
      success: false,
      error: { code: 'REPLY_REFUSED', message: expect.stringContaining(said) },
    });
    expect(await ears.next('answered')).toMatchObject({ status: INVALID });
  }
});

test('so does an answer that nests too deeply', async () => {
  const host = await openHost({ plugins: [calls] });
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(await host.tools.call('answer', { text: nested(512) })).toMatchObject({ success: true });
  expect(await host.tools.call('answer', { text: nested(513) })).toMatchObject({
    error: { code: 'REPLY_REFUSED' },
  });
});
