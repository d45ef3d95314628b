import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, filesBelow, PAGES, proseOf, ROOT, read } from './pages.js';

/** The links of a page that stay in the repository. */
function linksOf(text: string): string[] {
  const links = Array.from(proseOf(text).matchAll(/\]\(([^)\s]*)\)/g), ([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** What is wrong with the links of a page, each in a line. */
function deadLinks(page: string, text: string): string[] {
  return linksOf(text).flatMap((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : posix.join(posix.dirname(page), path);
    const isThere = link !== '' && existsSync(ROOT + file);
    if (!isThere) return [`${page}: ${link}`];
    const target = path === '' ? text : anchor && read(file);
    return anchor === undefined || anchorsOf(target ?? '').has(anchor) ? [] : [`${page}: ${link}`];
  });
}

test('each link of a page leads to a file and a heading that exist', () => {
  expect(PAGES.flatMap((page) => deadLinks(page, read(page)))).toEqual([]);
  expect(PAGES).toContain('docs/guide/hooks.md');
});

test('a link that leads nowhere is found', () => {
  const text = [
    '# Here\n## Here\n[a](#here) [b](#here-1) [c](reference/abi.md#words) [d](https://gone) [e](guide)',
    '[f](gone.md) [g](reference/abi.md#gone) [h](#gone) [i]()',
    '```text\n[j](gone.md)\n```',
  ].join('\n');
  const dead = deadLinks('docs/README.md', text);
  expect(dead.map((line) => line.split(': ')[1])).toEqual([
    'gone.md',
    'reference/abi.md#gone',
    '#gone',
    '',
  ]);
});

test('each page of docs is reached by links from README.md', () => {
  const reached = new Set(['README.md']);
  for (const page of reached) {
    for (const link of linksOf(read(page))) {
      const file = posix.join(posix.dirname(page), link.split('#')[0] ?? '');
      if (PAGES.includes(file)) reached.add(file);
    }
  }
  const docs = PAGES.filter((page) => page.startsWith('docs/'));
  expect(docs.filter((page) => !reached.has(page))).toEqual([]);
});

/** The paths in a text that a pattern finds and that do not exist. */
function deadPaths(file: string, text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, path = '']) => path.replace(/[./]+$/, ''))
    .filter((path) => !existsSync(ROOT + path.replace(/\.js$/, '.ts')))
    .map((path) => `${file}: ${path}`);
}

/** Paths of the repository in a page. */
const IN_PAGES = /`((?:docs|src|native|test|scripts|bench|plugins-c)\/[\w./-]+)`/g;

/** Pages in code; not test/docs, which tests import, and not the documentation of others. */
const IN_CODE = /(?<![\w./-])(?:\.\.\/)*(docs\/(?!(?:schemas|pages)\.js)[\w./-]+)/g;

test('each path of the repository that a page names exists', () => {
  const dead = PAGES.flatMap((page) => deadPaths(page, proseOf(read(page)), IN_PAGES));
  expect(dead).toEqual([]);
});

test('each page that code names, in a comment, a text or a path, exists', () => {
  const folders = ['src', 'native', 'scripts', 'bench', 'plugins-c', 'test'];
  const ends = ['.ts', '.mjs', '.h', '.c', '.cc', '.cpp', '.def', '.txt', '.cmake'];
  const sources = folders.flatMap((folder) => filesBelow(folder, ...ends));
  const others = sources.filter((file) => file !== 'test/docs/links.test.ts');
  expect(others.flatMap((file) => deadPaths(file, read(file), IN_CODE))).toEqual([]);
  const naming = others.filter((file) => read(file).search(IN_CODE) >= 0);
  expect(naming).toEqual(
    expect.arrayContaining(['native/include/aisopod/plugin.h', 'src/base/errors/codes.ts']),
  );
});

test('a path that leads nowhere is found', () => {
  const page = 'see `src/gone.ts` and `src/index.ts`';
  expect(deadPaths('a.md', page, IN_PAGES)).toEqual(['a.md: src/gone.ts']);
  const code =
    "// docs/gone.md, docs/guide/hooks.md\nread('../../docs/gone.c'); // https://a/docs/x";
  expect(deadPaths('a.ts', code, IN_CODE)).toEqual(['a.ts: docs/gone.md', 'a.ts: docs/gone.c']);
});
