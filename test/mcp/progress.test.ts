import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProgressNumbers } from '../../src/mcp/progress.js';

function numbersOf(fractions: readonly (number | null)[]) {
  const numbers = new ProgressNumbers();
  return fractions.map((fraction) => numbers.next(fraction));
}

test('fractions are parts of 1', () => {
  expect(numbersOf([0, 0.25, 1])).toEqual([
    { progress: 0, total: 1 },
    { progress: 0.25, total: 1 },
    { progress: 1, total: 1 },
  ]);
});

test('reports without a fraction are counted', () => {
  expect(numbersOf([null, null])).toEqual([{ progress: 1 }, { progress: 2 }]);
});

test('a fraction that comes after counted reports is a part of one more', () => {
  expect(numbersOf([null, null, 0.5])).toEqual([
    { progress: 1 },
    { progress: 2 },
    { progress: 2.5, total: 3 },
  ]);
});

test('the numbers grow whatever a plugin reports', () => {
  const fraction = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fraction), (fractions) => {
      const sent = numbersOf(fractions).map(({ progress }) => progress);
      expect(sent).toEqual([...new Set(sent)].sort((a, b) => a - b));
    }),
  );
});
