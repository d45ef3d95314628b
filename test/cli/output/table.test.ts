import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatLines, formatTable } from '../../../src/cli/output/table.js';
import { width } from '../../../src/cli/output/width.js';

const plain = (_: string, text: string) => text;
const table = (rows: string[][], columns: number) =>
  formatTable({ headers: ['A', 'B'], rows, columns, style: plain });

describe('a table', () => {
  test('has its columns under each other, and nothing behind the last', () => {
    expect(
      table(
        [
          ['one', 'x'],
          ['three', 'yyy'],
        ],
        80,
      ),
    ).toBe('A      B\none    x\nthree  yyy\n');
  });

  test('aligns wide characters by the cells they take', () => {
    expect(
      table(
        [
          ['日本', 'x'],
          ['abcd', 'y'],
        ],
        80,
      ),
    ).toBe('A     B\n日本  x\nabcd  y\n');
  });

  test('cuts the widest column until it fits', () => {
    expect(table([['short', 'x'.repeat(40)]], 20)).toBe(`A      B\nshort  ${'x'.repeat(12)}…\n`);
  });

  test('keeps each row on one line and off the controls of the terminal', () => {
    expect(table([['a\nb\tc', '\x1b[31mred\u202e']], 80)).toBe(
      'A      B\na b c  \\u{1b}[31mred\\u{202e}\n',
    );
  });

  test('styles the text and not the space beside it', () => {
    const rows = [[{ text: 'x', format: 'red' as const }, 'y']];
    const style = (format: string, text: string) => `<${format}>${text}</>`;
    expect(formatTable({ headers: ['WIDE', 'B'], rows, columns: 80, style })).toBe(
      '<bold>WIDE</>  <bold>B</>\n<red>x</>     y\n',
    );
  });

  test('is never wider than the terminal while its columns can be cut', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell)),
        fc.integer({ min: 18, max: 100 }),
        (rows, columns) => {
          const lines = table(rows, columns).slice(0, -1).split('\n');
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe('lines for a program', () => {
  test('have a tab between fields, - for nothing, and are never cut', () => {
    const long = 'x'.repeat(500);
    expect(formatLines([['a', '', long]])).toBe(`a\t-\t${long}\n`);
  });

  test('are one for each row with as many fields, whatever stands in them', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '\t', '\n', '\r', '\x1b', ' ') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
        const lines = formatLines(rows).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines.map((line) => line.split('\t').length)).toEqual(rows.map(() => 3));
      }),
    );
  });
});
