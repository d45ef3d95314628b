import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PendingCall } from '../../../../src/instance/pending-call.js';
import { CallTable } from '../../../../src/loaders/native/instance/call-table.js';

const port = { plugin: 'test', cancel: () => {}, chunkRead: () => {} };
const call = (token: number) =>
  new PendingCall<unknown>(token, port, { timeoutMs: 1 }, (answer) => answer);

describe('a table of calls', () => {
  test('finds nothing while it is empty', () => {
    const table = new CallTable();
    expect(table.get(1)).toBeUndefined();
    expect(table.remove(1)).toBeUndefined();
    expect(table.size).toBe(0);
  });

  test('keeps calls apart whose tokens share a place', () => {
    const table = new CallTable();
    const calls = [5, 5 + 256, 5 + 512, 2 ** 40 + 5].map(call);
    for (const each of calls) table.insert(each);
    for (const each of calls) expect(table.get(each.token)).toBe(each);
    expect(table.remove(5)).toBe(calls[0]);
    expect(table.get(5)).toBeUndefined();
    expect(table.get(5 + 512)).toBe(calls[2]);
    expect(table.size).toBe(3);
  });

  test('behaves like a Map, whatever is inserted and removed', () => {
    const step = fc.tuple(
      fc.boolean(),
      fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.maxSafeNat()),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const table = new CallTable();
        const map = new Map<number, PendingCall<unknown>>();
        for (const [inserts, token] of steps) {
          if (inserts && !map.has(token)) {
            const one = call(token);
            map.set(token, one);
            table.insert(one);
          } else {
            expect(table.remove(token)).toBe(map.get(token));
            map.delete(token);
          }
          expect(table.size).toBe(map.size);
        }
        for (const [token, one] of map) expect(table.get(token)).toBe(one);
      }),
    );
  });
});
