import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSimplePattern, linearPattern } from '../../../src/base/schema/linear-pattern.js';
import { compilePattern, patternProblem, readPattern } from '../../../src/base/schema/patterns.js';

const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js');

describe('a pattern', () => {
  it.each([
    ['^https\\:\\/\\/', '^https:\\/\\/', ''],
    ['\\-\\_\\@\\ ', '-_@ ', ''],
    ['[\\w-.]+', '[\\w\\-.]+', ''],
    ['[\\:\\-]', '[:\\-]', ''],
    ['^{a}$', '^\\{a\\}$', ''],
    ['a]}', 'a\\]\\}', ''],
    ['(?i)^abc', '^abc', 'i'],
    ['(?is)a.b', 'a.b', 'is'],
    ['(?u)a', 'a', ''],
    ['^\\p{L}\\u{1F600}[^\\]]$', '^\\p{L}\\u{1F600}[^\\]]$', ''],
    ['^\\p{L}\\:$', '^\\p{L}:$', ''],
    ['(a)\\:\\1', '(a):\\1', ''],
  ])('%s is read as JavaScript reads it, with the flag u or without', (given, source, flags) => {
    expect(readPattern(given)).toEqual({ source, flags });
  });

  it.each([
    ['^(?P<y>\\d{4})$', '(?<name>'],
    ['(?P=y)', '\\k<name>'],
    ['^a\\Z', '"$" instead of "\\Z"'],
    ['\\Aa', '"^" instead of "\\A"'],
    ['^[[:alnum:]]+$', '\\p{L}'],
    ['a{,3}', '{0,3}'],
    ['(?>a)', 'atomic'],
    ['(?#x)a', 'comments'],
    ['a(?i)b', 'at the begin'],
    ['(?x) a', 'flag "x"'],
    ['\\Qa\\E', '"\\Q"'],
    ['\\y', '"\\y"'],
    ['\\07', '"\\0"'],
    ['a++', 'Nothing to repeat'],
    ['(', 'Unterminated group'],
    ['[b-a]', 'out of order'],
  ])('%s of another language is refused, with what to write', (given, hint) => {
    for (const engine of ['linear', 'guarded'] as const) {
      const problem = patternProblem(given, engine);
      expect(problem).toMatch(/JavaScript \(ECMAScript\)/);
      expect(problem).toContain(hint);
    }
  });

  it.each([
    ['(?=a)b', 'lookaround'],
    ['(?<!a)b', 'lookaround'],
    ['(a)\\1', 'back references'],
    ['(?<n>a)\\k<n>', 'back references'],
    ['x.{1,1000}$', 'large repetitions'],
    ['(?:a{100}){100}', 'large repetitions'],
    ['(?m)^a$', 'the flag m'],
  ])('%s is more than RE2 runs', (given, lacks) => {
    expect(compilePattern(given)).toEqual({ lacks });
  });

  it('ignores case where it says so at its begin', () => {
    const compiled = compilePattern('(?i)^abc');
    expect('test' in compiled && [compiled.test('ABC'), compiled.test('xABC')]).toEqual([
      true,
      false,
    ]);
  });

  it('takes a time that grows with the text', () => {
    const compiled = compilePattern('^(\\w+\\s?)*$');
    // JavaScript's own engine would take longer for this than this machine lives.
    expect('test' in compiled && compiled.test(`${'a'.repeat(10_000)}!`)).toBe(false);
  });
});

const ATOMS = [
  ...[
    'a',
    'K',
    's',
    'é',
    '.',
    '^',
    '$',
    '-',
    '&',
    '\u{1F600}',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
  ],
  ...['\\n', '\\.', '\\/', '\\cJ', '\\0', '\\x41', '\\ud800', '\\ud83d\\ude00', '\\u{1F600}'],
  ...['[a-c]', '[^a]', '[\\s-]', '[^\\S]', '[\\w.-]', '[]', '[^]', '[\\]\\-]', '[+--]', '[\\b]'],
  ...['[\\u{1F600}-\\u{1F64F}]', '[^\\ud800]', '[\\D]', '[^\\W]', '[^\\p{L}\\s]', '[\\p{Nd}_]'],
  ...['\\p{L}', '\\P{Lu}', '\\p{Z}', '\\p{Sm}', '\\p{Script=Greek}', '\\p{C}'],
];
const QUANTIFIERS = ['', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '{0}'];
const CHARACTERS = [
  ...[
    'a',
    'b',
    'k',
    'K',
    '\u212a',
    's',
    'ſ',
    'é',
    'É',
    ' ',
    '\u00a0',
    '\n',
    '\r',
    '\u2028',
    '\ufeff',
  ],
  ...[
    '1',
    '_',
    '-',
    '.',
    '/',
    ']',
    '+',
    '&',
    '\u{1F600}',
    '\ud800',
    '\udc00',
    'Ω',
    '\0',
    '\b',
    'A',
    'ß',
  ],
];

const sequence = (more: readonly string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...ATOMS, ...more), fc.constantFrom(...QUANTIFIERS)), {
      maxLength: 3,
    })
    .map((parts) =>
      parts.map(([atom, times]) => atom + (/^[\^$]|^\\[bB]$/.test(atom) ? '' : times)),
    );
const pattern = (more: readonly string[] = []) =>
  fc
    .array(
      fc.oneof(
        sequence(more).map((parts) => parts.join('')),
        fc
          .tuple(sequence(more), fc.constantFrom('(', '(?:'), fc.constantFrom(...QUANTIFIERS))
          .map(([parts, open, times]) => `${open}${parts.join('|')})${times}`),
      ),
      { maxLength: 3 },
    )
    .map((parts) => parts.join(''));
const texts = fc.array(
  fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 6 }).map((parts) => parts.join('')),
  { minLength: 5, maxLength: 5 },
);

describe('a pattern that JavaScript runs as it is', () => {
  it.each(['^[a-z0-9-]{1,63}$', '^#[0-9a-f]{6}$', '^.{1,1000}$', '^\\p{L}\\[\\(\\u{61}x*', '^a$'])(
    'is %s, which has one place to go back to',
    (source) => expect(isSimplePattern(source)).toBe(true),
  );

  it.each(['[a-z]+$', '^a+b+$', '^(?:a+)+$', '^(a|b)$', '^a|b+', '^a+?', '(?=a)b', '^(a)\\1'])(
    'is not %s',
    (source) => expect(isSimplePattern(source)).toBe(false),
  );

  it('is left to RE2 for texts of a megabyte', () => {
    const compiled = compilePattern('^[a-z]*$');
    const long = 'a'.repeat(1_000_000);
    expect('test' in compiled && [compiled.test(long), compiled.test(`${long}!`)]).toEqual([
      true,
      false,
    ]);
  });
});

describe('a pattern on RE2', () => {
  it.each([
    ['', ['\\b', '\\B']],
    ['i', []],
    ['s', []],
  ])('matches what it matches in JavaScript, with the flag "%s"', (flags, more) => {
    fc.assert(
      fc.property(pattern(more), texts, (source, all) => {
        const own = new RegExp(source, `u${flags}`);
        const linear = linearPattern(source, flags);
        if ('lacks' in linear) throw new Error(`${source} lacks ${linear.lacks}`);
        const re2 = RE2JS.compile(linear.source);
        for (const text of all) expect(re2.test(text), `${source} on ${text}`).toBe(own.test(text));
      }),
      { numRuns: 300 },
    );
  });
});
