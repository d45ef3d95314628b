import { expect, test } from 'vitest';
import { EventBatch } from '../../../../src/loaders/native/instance/event-batch.js';

const MIB = 1024 * 1024;

/** A batch, and the bytes of JSON of each hand-over. */
function makeBatch() {
  const handed: number[] = [];
  const batch = new EventBatch((parts) => {
    const texts = parts.filter((part) => typeof part === 'string');
    handed.push(texts.reduce((sum, text) => sum + text.length, 0));
  });
  const add = (json: string) =>
    (batch.add as (...event: unknown[]) => void).call(batch, [1], 't', 's', json, '');
  return { handed, add };
}

test('events of one turn are handed over together', async () => {
  const { handed, add } = makeBatch();
  for (let n = 0; n < 10; n++) add('1');
  expect(handed).toEqual([]);
  await null;
  expect(handed).toHaveLength(1);
});

test('events that are large are handed over before they fill the memory', () => {
  const { handed, add } = makeBatch();
  for (let n = 0; n < 1024; n++) add('x'.repeat(MIB / 4));
  expect(handed).toHaveLength(256);
  expect(Math.max(...handed)).toBeLessThan(1.1 * MIB);
});
