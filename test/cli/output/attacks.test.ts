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
};
/** What must reach no terminal. */
const RAW = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

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

test.each(['👩‍👩‍👧', 'می‌خواهم', 'grüß', '日本語'])('%s stays as it is', (text) => {
  expect([printable(text), oneLine(text), printableJson(text)]).toEqual([text, text, text]);
});

test('lines of a stranger are marked, but for the first, which has a mark already', () => {
  expect(markedLines('ok\nerror: aisopod: forged\n', 'evil: | ')).toBe(
    'ok\nevil: | error: aisopod: forged\nevil: | ',
  );
});
