import { expect, test } from 'vitest';
import {
  markedLines,
  oneLine,
  printable,
  printableJson,
} from '../../../src/cli/output/printable.js';

const ATTACKS = {
  'an escape sequence': '\u001b[31mred',
  'the one-byte form of one': '\u009b31mred',
  'a change of the title': '\u001b]0;title\u0007',
  'a carriage return': 'hidden\rshown',
  'a backspace': 'rm\b\b',
  'a delete': 'a\u007fb',
  'text from right to left': '\u202etxt.exe',
  'an isolate': '\u2067abc\u2069',
  'an Arabic letter mark': '\u061c',
  'a blank without width': 'pay\u200bpal',
  'invisible tags': '\u{e0041}\u{e0042}',
  'a byte order mark in the middle': 'a\ufeffb',
  'a soft hyphen': 'a\u00adb',
  'a line separator': 'a\u2028error: b',
  'a link': '\u001b]8;;https://evil.example\u001b\\\\text\u001b]8;;\u001b\\\\',
  'a move of the cursor': '\u001b[1A\u001b[2Kforged',
  'a query that the terminal answers': '\u001b[6n\u001b[c',
  'a device control string': '\u0090q\u009c',
  'half a surrogate pair': 'a\ud83d',
  'the other half': '\ude00b',
  'a joiner between letters of Latin': 'pay\u200dpal',
  'a joiner at an end': 'می\u200c',
  'a filler that is a letter': 'a\u3164b',
  'a joiner of graphemes': 'a\u034fb',
  'a variation of a letter': 'a\ufe0fb',
  'a flood of marks': `a${'\u0301'.repeat(20)}`,
};
/** What must reach no terminal. */
const RAW = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{9}/u;

test.each(Object.entries(ATTACKS))('%s is shown as an escape', (_, text) => {
  expect(printable(text)).not.toMatch(RAW);
  expect(oneLine(text)).not.toMatch(RAW);
  expect(printable(text)).toContain('\\u{');
});

test.each(Object.entries(ATTACKS))(
  '%s is the same data in JSON, and no raw character',
  (_, text) => {
    const json = printableJson(JSON.stringify({ [text]: [text] }));
    expect(json).not.toMatch(RAW);
    expect(JSON.parse(json)).toEqual({ [text]: [text] });
  },
);

test('JSON that is laid out keeps its lines', () => {
  const json = JSON.stringify({ a: ['\u202e'] }, null, '\t');
  expect(printableJson(json).split('\n')).toHaveLength(5);
});

test.each(['👩‍👩‍👧', '👩🏽‍🚒', '❤️', '1️⃣', 'می‌خواهم', 'क्‍ष', 'grüß', 'ö̲', '日本語'])(
  '%s stays as it is',
  (text) => {
    expect([printable(text), oneLine(text), printableJson(text)]).toEqual([text, text, text]);
  },
);

test('lines of a stranger are marked, but for the first, which has a mark already', () => {
  expect(markedLines('ok\nerror: aisopod: forged\n', 'evil: | ')).toBe(
    'ok\nevil: | error: aisopod: forged\nevil: | ',
  );
});

test('a text of many lines takes time in proportion to its length', () => {
  const text = `${'a\u0301\u0302 \u200d\ufe0f'.repeat(100_000)}\n`;
  const begun = performance.now();
  printable(text);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
