import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { flattenDeclarations } from '../../scripts/api/declarations.mjs';
import { writeReport } from '../../scripts/api/report.mjs';
import { typeOnlyExports } from '../../scripts/api/type-only.mjs';
import * as aisopod from '../../src/index.js';
import * as testing from '../../src/testing/index.js';

const page = readFileSync(new URL('../../docs/reference/public-api.md', import.meta.url), 'utf8');
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const exported = (text: string) =>
  Array.from(
    text.matchAll(/(?:\n|```ts)\nexport (?:abstract )?(?:class|const|function) (\w+)/g),
    (m) => m[1],
  );

test('docs/reference/public-api.md is what npm run api:report writes', () => {
  expect(page).toBe(writeReport(flattenDeclarations()));
});

test('docs/reference/public-api.md lists every value that the package exports', () => {
  expect(exported(section('`aisopod`')).sort()).toEqual(Object.keys(aisopod).sort());
  expect(exported(section('`aisopod/testing`')).sort()).toEqual(Object.keys(testing).sort());
});

test('every type that a public signature names can be imported', () => {
  expect(section('Reachable declarations without an export')).toBe('');
});

test('every optional member takes undefined', () => {
  const optional = page.match(/^\s+(?:readonly )?\w+\?: .*;$/gm) ?? [];
  expect(optional.length).toBeGreaterThan(100);
  expect(optional.filter((line) => !/: unknown;$|[:|] undefined;$/.test(line))).toEqual([]);
});

test('the report sorts declarations by who can name them and drops comments', () => {
  const flattened = [
    'intro\n\n```ts',
    "import { EventEmitter } from 'node:events';",
    '// @public\nexport interface A {\n    // (undocumented)\n    b: B;\n}',
    '// @public\ninterface B {\n}',
    '// @public\nexport class C {\n}',
    'function make(): A;',
    'declare namespace testing {\n    export {\n        make\n    }\n}\nexport { testing }',
    '```\n',
  ].join('\n\n');
  const report = writeReport({ text: flattened, typeOnly: new Set(['A', 'C']) });
  const blocks = Array.from(report.matchAll(/```ts\n(.*?)\n```/gs), (m) => m[1]);
  expect(blocks).toEqual([
    'export interface A {\n    b: B;\n}\n\n// as a type only\nexport class C {\n}',
    'export function make(): A;',
    'interface B {\n}',
  ]);
});

test('the exports that are types alone are found in both spellings', () => {
  const text = `export type { A, B as C } from './a.js';
    export { D, type E } from './b.js';
    export { F } from './c.js';`;
  expect([...typeOnlyExports(text)]).toEqual(['A', 'C', 'E']);
});
