import { expect, test } from 'vitest';
import { CoveredKeys } from '../../../src/services/storage/upkeep/covered-keys.js';

const key = (number: number) => Buffer.from(String(number).padStart(3, '0'));

test('covered keys are those of all intervals, in whatever order they are added', () => {
  for (let round = 0; round < 200; round++) {
    const covered = new CoveredKeys();
    const expected = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const first = Math.floor(Math.random() * 200);
      const last = first + Math.floor(Math.random() * 15);
      covered.add(key(first), key(last));
      for (let number = first; number <= last; number++) expected.add(number);
      for (let number = 0; number < 220; number++) {
        expect(covered.has(key(number)), `${number}`).toBe(expected.has(number));
      }
    }
  }
});
