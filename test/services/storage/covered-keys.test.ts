import { expect, test } from 'vitest';
import { CoveredKeys } from '../../../src/services/storage/upkeep/covered-keys.js';

const NUMBERS = Array.from({ length: 60 }, (_, number) => number);
const key = (number: number) => Buffer.from(String(number).padStart(3, '0'));

test('covered keys are those of all intervals, in whatever order they are added', () => {
  for (let round = 0; round < 50; round++) {
    const covered = new CoveredKeys();
    const expected = new Set<number>();
    for (let i = 0; i < 12; i++) {
      const first = Math.floor(Math.random() * 50);
      const last = first + Math.floor(Math.random() * 6);
      covered.add(key(first), key(last));
      for (let number = first; number <= last; number++) expected.add(number);
      expect(NUMBERS.filter((number) => covered.has(key(number)))).toEqual(
        NUMBERS.filter((number) => expected.has(number)),
      );
    }
  }
});
