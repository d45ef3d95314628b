import { expect, test } from 'vitest';
import { Lines } from '../../src/mcp/lines.js';

const bytes = (text: string) => Buffer.from(text);
const texts = (lines: (Uint8Array | null)[]) =>
  lines.map((line) => (line === null ? null : Buffer.from(line).toString()));

test('lines are the same however their bytes arrive', () => {
  const text = 'one\n\ntwo and ü\nthree';
  const all = bytes(text);
  for (let size = 1; size <= all.length; size++) {
    const lines = new Lines(100);
    const found: (string | null)[] = [];
    for (let at = 0; at < all.length; at += size) {
      found.push(...texts(lines.take(all.subarray(at, at + size))));
    }
    expect(found).toEqual(['one', '', 'two and ü']);
    expect(texts([lines.rest() ?? null])).toEqual(['three']);
    expect(lines.rest()).toBeUndefined();
  }
});

test('a line that is too long is null, and the next one is whole', () => {
  const lines = new Lines(4);
  expect(lines.take(bytes('12'))).toEqual([]);
  expect(lines.take(bytes('345'))).toEqual([]);
  expect(texts(lines.take(bytes('678\n1234\n')))).toEqual([null, '1234']);
  expect(lines.take(bytes('12345'))).toEqual([]);
  expect(lines.rest()).toBeNull();
});
