import { describe, expect, test } from 'vitest';
import { INVALID, TOO_LARGE, visit } from './exhibit.js';

/** What the host says of each: what is wrong with it. */
const REASON = /JSON|NULL|limit|integer|number|key|surrogate|deep|byte order mark/;

const PAYLOADS = [
  ['invalid UTF-8', INVALID],
  ['half a character', INVALID],
  ['broken', INVALID],
  ['two values', INVALID],
  ['a byte order mark', INVALID],
  ['an integer that a double cannot hold', INVALID],
  ['a number beyond the range of a double', INVALID],
  ['equal keys', INVALID],
  ['half of a surrogate pair', INVALID],
  ['513 levels', INVALID],
  ['null', INVALID],
  ['64 MB', TOO_LARGE],
] as const;

describe.each(PAYLOADS)('%s', (what, status) => {
  const code = status === TOO_LARGE ? 'PAYLOAD_TOO_LARGE' : 'REPLY_REFUSED';

  test.each(['reply', 'details'])(
    'as %s ends the call with that error, and the plugin is told',
    async (where) => {
      const { call, ears } = await visit('payloads.c');
      expect(await call('give', { where, what })).toMatchObject({
        success: false,
        error: { code, message: expect.stringMatching(REASON) },
      });
      expect(await ears.next('given')).toMatchObject({ status });
    },
  );

  test.each(['chunk', 'publish', 'request'])(
    'as %s is refused, and the call goes on',
    async (where) => {
      const asked: unknown[] = [];
      const { call, ears } = await visit('payloads.c', {
        requests: { anything: (params) => asked.push(params) },
      });
      const seen: unknown[] = [];
      const options = { onChunk: (chunk: unknown) => seen.push(chunk) };
      const result = await call('give', { where, what }, options);
      expect(result).toMatchObject({ success: true, data: status });
      expect(await ears.next('given')).toMatchObject({ name: where, status });
      expect([seen, asked, ears.heard]).toEqual([[], [], []]);
    },
  );
});

test('text that is not UTF-8 ends where it breaks: in a message, a note, and a log line', async () => {
  const { call, ears, lines } = await visit('payloads.c');
  const notes: unknown[] = [];
  const options = { onProgress: (_: number | null, note: string | null) => notes.push(note) };
  expect(await call('text', {}, options)).toMatchObject({
    success: false,
    error: { code: 'DENIED', message: 'good ' },
  });
  expect(notes).toEqual(['note ']);
  const logged = lines.filter(({ plugin, text }) => plugin === 'rude' && text.startsWith('line'));
  expect(logged).toMatchObject([{ level: 'warn', text: 'line ' }]);
  expect(await ears.next('logged')).toMatchObject({ name: 'empty', status: INVALID });
  expect(await ears.next('logged')).toMatchObject({ name: 'null', status: INVALID });
});
