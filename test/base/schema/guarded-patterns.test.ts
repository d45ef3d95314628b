import { describe, expect, test } from 'vitest';
import {
  checkSchema,
  type JsonSchema,
  MatchTimeout,
  Validators,
} from '../../../src/base/schema/index.js';

// Its answer on 40 letters takes JavaScript's own engine hours, and RE2 has no lookahead.
const EXPLODES = '^(?=a)(a+)+$';
const LETTERS = `${'a'.repeat(40)}!`;

function validator(schema: object) {
  const { schema: modern, faults, expanded } = checkSchema(schema, 'guarded');
  expect(faults).toEqual([]);
  const source = { schema: modern as JsonSchema, patterns: 'guarded', expanded } as const;
  return new Validators().get(source);
}

function beside(schema: object) {
  const validate = validator(schema);
  return (value: unknown, wantedMs = () => 60_000) =>
    validate.beside?.(value, JSON.stringify(value).length, wantedMs);
}

describe('a schema with patterns that RE2 runs', () => {
  test('is validated at once', () => {
    expect(validator({ pattern: '^(a+)+$' }).beside).toBeUndefined();
  });
});

describe('a schema with a pattern that RE2 can not run', () => {
  const WORDS = { items: { pattern: '^(?!un)[a-z]+$' } };

  test('is validated with the help of a thread', async () => {
    const check = beside(WORDS);
    expect(await check(['kind', 'able'])).toBeNull();
    expect(await check(['kind', 'unkind', 'x', '7'])).toEqual([
      expect.objectContaining({ path: '/1' }),
      expect.objectContaining({ path: '/3' }),
    ]);
  });

  test('is validated as often as one answer decides which pattern is asked next', async () => {
    const when = (test: object, yes: object, no: object) =>
      Object.fromEntries([
        ['if', test],
        ['then', yes],
        ['else', no],
      ]);
    const inner = when({ pattern: '^(?=ab)' }, { pattern: '^(?=abc)' }, { pattern: '^(?=x)' });
    const check = beside(when({ pattern: '^(?=a)' }, inner, { pattern: '^(?=b)' }));
    const good = await Promise.all(['abc', 'abd', 'ac', 'b', 'c'].map((text) => check(text)));
    expect(good.map((faults) => faults === null)).toEqual([true, false, false, true, false]);
  });

  test('does not hold the event loop, and ends after a second', async () => {
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);
    await expect(beside({ pattern: EXPLODES })(LETTERS)).rejects.toBeInstanceOf(MatchTimeout);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  test('is validated after one that had to be ended', async () => {
    const bad = beside({ pattern: EXPLODES })(LETTERS);
    const good = beside(WORDS)(['kind']);
    await expect(bad).rejects.toMatchObject({ question: { source: EXPLODES, text: LETTERS } });
    expect(await good).toBeNull();
  });

  test('is not begun when the outcome does not matter any more', async () => {
    const bad = beside({ pattern: EXPLODES })(LETTERS);
    const late = beside({ pattern: EXPLODES })(LETTERS, () => 0);
    const good = beside(WORDS)(['kind']);
    await expect(bad).rejects.toBeInstanceOf(MatchTimeout);
    await late?.catch(() => {});
    expect(await good).toBeNull();
  });

  test('is validated at once too, where nothing can wait, for a quarter of a second at most', () => {
    const validate = validator({ pattern: EXPLODES });
    expect(validate('aaa', 5)).toBeNull();
    expect(validate('b', 3)).toHaveLength(1);
    expect(validate(LETTERS, 43)).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^takes longer than 250 ms/) }),
    ]);
  });
});
