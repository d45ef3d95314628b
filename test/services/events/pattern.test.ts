import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../src/services/events/index.js';

describe('a pattern', () => {
  test.each([
    ['a', ['a'], ['b', 'a.b', 'aa', 'A']],
    ['a.b', ['a.b'], ['a', 'a.b.c', 'axb']],
    ['a.*', ['a.b', 'a.ü'], ['a', 'a.b.c', 'b.a', 'ab']],
    ['*.b', ['a.b'], ['b', 'a.a.b']],
    ['*', ['a', 'b'], ['a.b']],
    ['*.*.c', ['a.b.c'], ['a.c', 'a.b.b.c']],
    ['**', ['a', 'a.b', 'a.b.c'], []],
    ['a.**', ['a', 'a.b', 'a.b.c'], ['ab', 'b', 'b.a']],
    ['a.*.**', ['a.b', 'a.b.c.d'], ['a', 'b.a']],
    ['a+(b)|[c]$', ['a+(b)|[c]$'], ['aab', 'c']],
  ] as [string, string[], string[]][])('%s means %j and not %j', (pattern, yes, no) => {
    const matches = compilePattern(pattern);
    expect(yes.filter((topic) => !matches(topic))).toEqual([]);
    expect(no.filter((topic) => matches(topic))).toEqual([]);
  });

  test.each([
    ['', 'a segment is empty'],
    ['.', 'a segment is empty'],
    ['a..b', 'a segment is empty'],
    ['a.', 'a segment is empty'],
    ['**.a', '"**" can only be the last segment'],
    ['a.**.b', '"**" can only be the last segment'],
    ['a*', '"*" must be a whole segment'],
    ['a.b*.c', '"*" must be a whole segment'],
    ['***', '"*" must be a whole segment'],
    ['a.>', '">"'],
    ['a b', 'blanks'],
    ['a\tb', 'control characters'],
    ['a\u0085', 'control characters'],
    ['\ud800', 'control characters'],
    ['x'.repeat(257), 'more than 256 bytes'],
    ['é'.repeat(129), 'more than 256 bytes'],
    [7, 'it is a number'],
    [undefined, 'it is undefined'],
  ])('is refused when it is %j', (pattern, why) => {
    expect(() => compilePattern(pattern)).toThrow(
      expect.objectContaining({ code: 'TOPIC_INVALID', message: expect.stringContaining(why) }),
    );
  });

  test('takes time in proportion to the topic, however many wildcards it has', () => {
    const matches = compilePattern(`${Array(100).fill('*').join('.')}.x`);
    expect(matches(`${Array(128).fill('a').join('.')}`)).toBe(false);
  });
});
