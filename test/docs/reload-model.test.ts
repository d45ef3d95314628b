import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MISTAKES, VARIANTS } from '../../scripts/model-variants.mjs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const model = read('docs/internals/reload.pml');
const page = read('docs/internals/reload.md');
const code = read('src/host/lifecycle/reload-plugin.ts');

const list = (text: string) => text.split(',').map((name) => name.trim());
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name as string);

const states = list(/mtype:state = \{([^}]*)\}/.exec(model)?.[1] ?? '');

test('the code names the states of the model, and no others', () => {
  const named = all(code, /In the model: ([a-z_, ]+)/g).flatMap(list);
  expect(sorted(named)).toEqual(sorted(states));
});

test('the model comes into each of its states', () => {
  const entered = all(model, /(?:state = |attempt\()([a-z_]+)/g);
  expect(entered).toEqual(expect.arrayContaining(states));
});

test('spin is to find each mistake that the model has, and no others', () => {
  const mistakes = sorted(all(model, /\b(BUG_[A-Z]+(?:_[A-Z]+)*)/g));
  expect(sorted(MISTAKES.map(({ name }) => name))).toEqual(mistakes);
  expect(sorted(all(page, /`(BUG_[A-Z_]+)`/g))).toEqual(mistakes);
});

test('the model reads each define of its variants, and the page names each variant', () => {
  const defines = [...VARIANTS, ...MISTAKES].flatMap(({ defines }) => defines);
  const names = sorted(defines.map((define) => define.replace(/^-D|=.*$/g, '')));
  expect(sorted(all(model, /^#(?:ifdef|ifndef|if defined\()\s*([A-Z]+(?:_[A-Z]+)*)/gm))).toEqual(
    expect.arrayContaining(names),
  );
  const table = page.slice(page.indexOf('| Variant |'));
  expect(all(table, /^\| `([a-z-]+)` \|/gm)).toEqual(VARIANTS.map(({ name }) => name));
});
