import { describe, expect, test } from 'vitest';
import { INVALID, TOO_LARGE, visit } from './exhibit.js';

const PAYLOADS = [
  ['invalid UTF-8', INVALID],
  ['half a character', INVALID],
  ['broken', INVALID],
  ['two values', INVALID],
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
        error: { code, message: expect.stringMatching(/not JSON|NULL|over the limit/) },
      });
      expect(await ears.next('given')).toMatchObject({ status });
    },
  );

  test.each(['chunk', 'emit', 'request'])(
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

test('text that is no UTF-8 ends where it breaks: in a message, a note, and a log line', async () => {
  const { call, lines } = await visit('payloads.c');
  const notes: unknown[] = [];
  const options = { onProgress: (_: number | null, note: string | null) => notes.push(note) };
  expect(await call('text', {}, options)).toMatchObject({
    success: false,
    error: { code: 'DENIED', message: 'good ' },
  });
  expect(notes).toEqual(['']);
  const logged = lines.filter(({ plugin, level }) => plugin === 'rude' && level === 'warn');
  expect(logged.map(({ text }) => text)).toHaveLength(1);
});
