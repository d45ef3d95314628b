import { describe, expect, test } from 'vitest';
import { checkFunction, checkSignal, readMembers } from '../../../src/base/json/index.js';

interface Given {
  readonly a?: number | undefined;
  readonly b?: string | undefined;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('members of an object that a caller gives', () => {
  test('are read once, also those of a class', () => {
    let reads = 0;
    class Counting implements Given {
      get a() {
        reads += 1;
        return reads;
      }
    }
    expect(readMembers('f()', new Counting() as Given, ['a', 'b'])).toEqual({ a: 1 });
    expect(reads).toBe(1);
  });

  test.each<[string, unknown, string]>([
    ['a number', 5, 'The options of f() cannot be read: they are of type number.'],
    [
      'a getter that throws',
      {
        get a() {
          throw new Error('no luck');
        },
      },
      'The options of f() cannot be read: no luck.',
    ],
    ['a revoked proxy', revoked(), 'The options of f() cannot be read: Cannot perform'],
  ])('are refused with USAGE: %s', (_, given, message) => {
    expect(() => readMembers('f()', given as Given, ['a'])).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }),
    );
  });

  test('a signal that is none is refused', () => {
    for (const given of [{}, 'stop', revoked()])
      expect(() => checkSignal('f()', given)).toThrow(
        expect.objectContaining({ code: 'USAGE', details: { option: 'signal' } }),
      );
  });

  test('a signal and a function are taken, and may be left out', () => {
    checkSignal('f()', undefined);
    checkSignal('f()', new AbortController().signal);
    checkFunction('f()', 'onChunk', undefined);
    checkFunction('f()', 'onChunk', () => {});
    expect(() => checkFunction('f()', 'onChunk', 1)).toThrow(
      'The option onChunk of f() is of type number; it must be a function.',
    );
  });
});
