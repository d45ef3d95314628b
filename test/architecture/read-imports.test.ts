import { expect, test } from 'vitest';
import { readImports } from '../../scripts/architecture/read-imports.mjs';

const read = (text: string) => readImports(text, 'a.ts');

test.each([
  ["import { a } from './a.js';", 'value'],
  ["import './a.js';", 'value'],
  ["import a, * as b from './a.js';", 'value'],
  ["import a = require('./a.js');", 'value'],
  ["import type { A } from './a.js';", 'type'],
  ["export { a } from './a.js';", 'export'],
  ["export type { A } from './a.js';", 'export'],
  ["export * from './a.js';", 'export'],
  ["export * as a from './a.js';", 'export'],
  ["const a = () => import('./a.js');", 'lazy'],
  ["let a: import('./a.js').A;", 'type'],
  ["let a: typeof import('./a.js');", 'type'],
])('the reader finds the import of %s', (text, kind) => {
  expect(read(text)).toEqual([{ specifier: './a.js', kind, line: 1 }]);
});

test('the reader ignores imports in comments and text', () => {
  const text =
    "// import './a.js'\nconst b = \"import './a.js'\";\n/* import('./a.js') */ export { b };";
  expect(read(text)).toEqual([]);
});

test('the reader lists imports in the order of the text, with their lines', () => {
  const text = "export * from './b.js';\n\nlet x: import('./c.js').C;\nimport './a.js';\n";
  expect(read(text).map(({ specifier, line }) => [specifier, line])).toEqual([
    ['./b.js', 1],
    ['./c.js', 3],
    ['./a.js', 4],
  ]);
});

test('the reader reports a computed import as one without a name', () => {
  expect(read('const a = (b: string) => import(b);')).toEqual([
    { specifier: null, kind: 'lazy', line: 1 },
  ]);
});

test('the reader refuses text that is not TypeScript', () => {
  expect(() => read('import {')).toThrow(/a\.ts cannot be parsed/);
});
