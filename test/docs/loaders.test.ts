import { expect, test } from 'vitest';
import { loaderOf } from '../../src/packages/manifest/entry-file.js';
import { LOADERS } from '../../src/packages/manifest/shape.js';
import { read } from './pages.js';

const page = read('docs/reference/loaders.md');
const errors = read('docs/reference/errors.md');

test('docs/reference/loaders.md names every loader with the suffixes that stand for it', () => {
  const rows = Array.from(page.matchAll(/^\| `(\w+)` \| (.*?) \| .* \|$/gm), ([, name, cell]) => ({
    name,
    suffixes: Array.from((cell ?? '').matchAll(/`(\.\w+)`/g), ([, suffix = '']) => suffix),
  }));
  expect(rows.map(({ name }) => name).sort()).toEqual([...LOADERS].sort());
  for (const { name, suffixes } of rows) {
    expect(suffixes).not.toEqual([]);
    expect(suffixes.map((suffix) => loaderOf(`a${suffix}`))).toEqual(suffixes.map(() => name));
  }
});

test('docs/reference/loaders.md names every code of reading and opening a library', () => {
  const codes = ['Reading and opening a library', 'Descriptor'].flatMap((title) => {
    const section = errors.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    return Array.from(section.matchAll(/^### (\w+)$/gm), ([, code = '']) => code);
  });
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
