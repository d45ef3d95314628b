import { expect, test } from 'vitest';
import { AisopodError } from '../../src/base/errors/index.js';
import { Redactor } from '../../src/config/index.js';

const SECRET = 'a"b\\c+d/é';
const redactor = (...secrets: string[]) => {
  const made = new Redactor();
  made.add(secrets);
  return made;
};

test.each([
  ['as it is', SECRET],
  ['as JSON', JSON.stringify(SECRET)],
  ['in an address', `x?key=${encodeURIComponent(SECRET)}`],
  ['as base64', Buffer.from(SECRET).toString('base64')],
])('a secret is taken out of a text: %s', (_, text) => {
  const shown = redactor(SECRET).text(`<${text}|${text}>`);
  expect(shown.match(/\[secret\]/g)).toHaveLength(2);
  expect(shown).not.toContain(text);
});

test('of secrets that begin alike, nothing is left', () => {
  expect(redactor('abcd', 'abcdefgh', 'abcdef').text('abcdefghi abcdef abcd')).toBe(
    '[secret]i [secret] [secret]',
  );
});

test('each long line of a secret is one', () => {
  const key = '-----BEGIN-----\r\nMIIEvQIBADANBgkq\nx\n';
  expect(redactor(key).text('line MIIEvQIBADANBgkq, x')).toBe('line [secret], x');
});

test('what is as short as a word is no secret to look for, and nothing is changed without any', () => {
  expect(redactor('abc', '').text('abc')).toBe('abc');
  expect(redactor('abc', '').active).toBe(false);
  const data = { a: 1 };
  expect(redactor().data(data)).toBe(data);
});

test('in data, keys and values are looked at, however deep', () => {
  const shown = redactor('12345678').data({ a: [{ x12345678: ['12345678', 5, null, true] }] });
  expect(shown).toEqual({ a: [{ 'x[secret]': ['[secret]', 5, null, true] }] });
  let deep: unknown = '12345678';
  for (let i = 0; i < 1_000; i++) deep = [deep];
  expect(JSON.stringify(redactor('12345678').data(deep))).not.toContain('12345678');
});

test('an error keeps its code; message, details and causes are without', () => {
  const cause = new Error('inner 12345678', { cause: 'x' });
  const middle = new AisopodError('FAIL', 'middle', { cause });
  const error = new AisopodError('DENIED', 'outer 12345678', {
    details: { a: '12345678' },
    cause: middle,
  });
  const shown = redactor('12345678').error(error);
  expect(shown).toMatchObject({
    code: 'DENIED',
    message: 'outer [secret]',
    details: { a: '[secret]' },
    cause: { code: 'FAIL', message: 'middle', cause: { message: 'inner [secret]' } },
  });
  expect(String((shown.cause as Error).stack)).not.toContain('12345678');
  const clean = new AisopodError('FAIL', 'fine', { details: { a: 1 } });
  expect(redactor('12345678').error(clean)).toBe(clean);
});

test('it never forgets one', () => {
  const made = redactor('12345678');
  made.add(['abcdefgh']);
  expect(made.text('12345678 abcdefgh')).toBe('[secret] [secret]');
});

test('an error without details and without a secret stays the same object', () => {
  const redactor = new Redactor();
  redactor.add(['hunter2-token']);
  const cause = new TypeError('no secret in it');
  const error = new AisopodError('FAIL', 'no secret in it', { cause });
  expect(redactor.error(error)).toBe(error);
});

test('a number that is a secret is taken out of data, and others are not', () => {
  const redactor = new Redactor();
  redactor.add(['12345678']);
  expect(redactor.data({ pin: 12345678, n: 1234567 })).toEqual({ pin: '[secret]', n: 1234567 });
});
