import { expect, test } from 'vitest';
import { firstBad } from '../../src/cli/commands/plugins/first-bad.js';

test('firstBad finds each amount by log2 of all amounts, rounded up', async () => {
  for (const all of [1, 2, 3, 9, 1000]) {
    for (const bad of [0, 1, Math.ceil(all / 2), all - 1, all]) {
      const asked: number[] = [];
      const found = await firstBad(all, async (amount) => {
        asked.push(amount);
        return amount < bad;
      });
      expect(found).toBe(bad);
      expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(all + 1)));
      expect(asked.every((amount) => amount >= 0 && amount < all)).toBe(true);
    }
  }
});
