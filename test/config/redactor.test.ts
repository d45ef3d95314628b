import { inspect } from 'node:util';
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
  ['in an address, in lower case', `x?key=${encodeURIComponent(SECRET).toLowerCase()}`],
  ['in a form', new URLSearchParams({ key: SECRET }).toString()],
  ['as JSON with escaped slashes', JSON.stringify(SECRET).replaceAll('/', '\\/')],
  ['as JSON of ASCII only', JSON.stringify(SECRET).replace('é', '\\u00e9')],
  ['as JSON in a string of JSON', JSON.stringify(JSON.stringify({ key: SECRET }))],
  ['as base64', Buffer.from(SECRET).toString('base64')],
  ['as base64 for addresses', Buffer.from(SECRET).toString('base64url')],
  ['as hex', Buffer.from(SECRET).toString('hex')],
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

test.each(['', 'u:', 'user:', 'me:x:'])('a secret behind %j in base64 is taken out', (before) => {
  const all = Buffer.from(`${before}${SECRET}@host`);
  for (const encoding of ['base64', 'base64url'] as const) {
    const shown = redactor(SECRET).text(`Basic ${all.toString(encoding)}`);
    expect(shown).toMatch(/^Basic [\w+/-]{0,9}\[secret\]/);
    const left = Buffer.from(shown.replace(/^Basic |\[secret\]/g, ''), encoding).toString();
    expect(left).not.toMatch(/[ab]..[cd]/);
  }
});

test.each<[string, () => unknown]>([
  ['a cause', () => new Error('m', { cause: new Error('12345678') })],
  ['a cause of a cause', () => new Error('m', { cause: { cause: ['12345678'] } })],
  ['a member', () => Object.assign(new Error('m'), { config: { headers: { a: '12345678' } } })],
  ['an error of several', () => new AggregateError([new Error('12345678')], 'm')],
  ['its stack', () => Object.assign(new Error('m'), { stack: 'Error: m\n    at 12345678' })],
  ['what JSON says of it', () => Object.assign(new Error('m'), { toJSON: () => '12345678' })],
  ['an object that is no error', () => ({ key: '12345678' })],
  ['an object with a text of its own', () => ({ toString: () => '12345678' })],
  ['a number', () => 12345678],
  [
    'a getter',
    () => Object.defineProperty(new Error('m'), 'key', { get: () => '12345678', enumerable: true }),
  ],
  [
    'an error in a circle',
    () => {
      const error = new Error('m');
      error.cause = [error, '12345678'];
      return error;
    },
  ],
])('what is thrown holds no secret in %s', (_, make) => {
  const shown = redactor('12345678').thrown(make());
  expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain('12345678');
  expect(`${shown} ${JSON.stringify(shown)}`).not.toContain('12345678');
});

test('a copy of an error keeps its name, code, stack and class of the package', () => {
  const own = Object.assign(new TypeError('12345678'), { code: 'E_OWN' });
  const shown = redactor('12345678').thrown(own) as typeof own;
  expect(shown).toMatchObject({ name: 'TypeError', message: '[secret]', code: 'E_OWN' });
  expect(shown.stack).toContain('redactor.test.ts');
  const ours = new AisopodError('DENIED', '12345678');
  expect(redactor('12345678').thrown(ours)).toBeInstanceOf(AisopodError);
});

test('an error that cannot be read is replaced', () => {
  const { proxy, revoke } = Proxy.revocable(new Error('12345678'), {});
  revoke();
  const getter = Object.defineProperty(new Error('m'), 'key', {
    get: () => {
      throw new Error('12345678');
    },
    enumerable: true,
  });
  for (const thrown of [proxy, getter]) {
    expect(redactor('12345678').thrown(thrown)).toMatchObject({
      message: 'An error that cannot be read.',
    });
  }
});
