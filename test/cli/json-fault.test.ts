import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findJsonFault } from '../../src/cli/commands/tools/json-fault.js';
import { rounds } from '../support/rounds.js';

describe('the fault of broken JSON', () => {
  test.each([
    ['', 1, 'the end', 'a value'],
    ['hello', 1, '"hello"', 'a value'],
    ['{a:1}', 2, '"a"', 'a key in double quotes or }'],
    ['{"a" 1}', 6, '"1"', 'a colon'],
    ['{"a":tru}', 6, '"tru"', 'a value'],
    ['{"a":1,}', 8, '"}"', 'a key in double quotes'],
    [
      '{"a":1 "b":2}',
      8,
      'a string that does not end, or is not written as JSON wants it',
      'a comma or }',
    ],
    ['[1,]', 4, '"]"', 'a value'],
    ['[1 2]', 4, '"2"', 'a comma or ]'],
    ['01', 2, '"1"', 'nothing more'],
    ['1 2', 3, '"2"', 'nothing more'],
    ["{'a':1}", 2, `"'a'"`, 'a key in double quotes or }'],
    ['"open', 1, 'a string that does not end, or is not written as JSON wants it', 'a value'],
    ['"\\x"', 1, 'a string that does not end, or is not written as JSON wants it', 'a value'],
    ['[}', 2, '"}"', 'a value or ]'],
    ['😀', 1, '"😀"', 'a value'],
  ])('%s', (text, position, found, expected) => {
    expect(findJsonFault(text)).toMatchObject({ position, found, expected });
  });

  test('has line and column', () => {
    expect(findJsonFault('{\n  "a": 1,\n  b: 2\n}')).toMatchObject({ line: 3, column: 3 });
  });

  test('is found where JSON.parse finds one, and nowhere else', () => {
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const piece = fc.constantFrom(
      ...'{}[],:"\\\n\t 01-.eu'.split(''),
      'true',
      'null',
      '"a"',
      '\x7f',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          expect(findJsonFault(text) === null).toBe(isJson(text));
        },
      ),
      { numRuns: rounds(2000, 200) },
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonFault(text)).toBeNull();
      }),
    );
  });

  test('is found however deep it lies', () => {
    const depth = 100_000;
    expect(findJsonFault('['.repeat(depth))).toMatchObject({
      position: depth + 1,
      found: 'the end',
    });
  });
});
