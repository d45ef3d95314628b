import { describe, expect, test } from 'vitest';
import { type Group, violations } from '../../scripts/architecture/rules.mjs';
import { treeOf } from '../../scripts/architecture/tree.mjs';

const room = (path: string, faces: string[] = []) => ({ path, holds: '', faces });
const GROUPS: Group[] = [
  { group: 'low', rooms: [room('low/a', ['side.ts']), room('low/b')] },
  { group: 'high', rooms: [room('high')] },
  { group: 'doors', door: true, rooms: [room('door'), room('other')] },
];
const NAMES = ['low/a', 'low/b', 'high', 'door', 'other'].map((name) => `${name}/index.ts`);

/** Judges a tree of empty faces in which some files have these texts. */
function judge(texts: Record<string, string>, groups = GROUPS) {
  const tree = new Map(NAMES.map((name) => [name, '']));
  for (const [file, text] of Object.entries(texts)) tree.set(file, text);
  return violations(treeOf(tree), groups).map(({ rule, from, to }) => `${rule}: ${from} ${to}`);
}

describe('the rules', () => {
  test('allow an import of an earlier face', () => {
    expect(judge({ 'high/x.ts': "import '../low/b/index.js';" })).toEqual([]);
  });

  test.each([
    ["import '../../high/index.js';"],
    ["import type { A } from '../../high/index.js';"],
    ["let a: import('../../high/index.js').A;"],
    ["const a = () => import('../../high/index.js');"],
    ["export * from '../../high/index.js';"],
  ])('report %s that points upward', (text) => {
    expect(judge({ 'low/a/x.ts': text })).toEqual(['upward: low/a/x.ts high/index.ts']);
  });

  test('report an import that points upward between rooms of one group', () => {
    const texts = { 'low/a/x.ts': "import '../b/index.js';" };
    expect(judge(texts)).toEqual(['upward: low/a/x.ts low/b/index.ts']);
  });

  test('report an import past the face of a room', () => {
    const texts = { 'low/a/x.ts': '', 'high/y.ts': "import '../low/a/x.js';" };
    expect(judge(texts)).toEqual(['past-face: high/y.ts low/a/x.ts']);
  });

  test('allow an import of a room next to an index.ts that is a room of its own', () => {
    const groups = [...GROUPS.slice(0, 1), { group: 'table', rooms: [room('low/index.ts')] }];
    const texts = { 'low/index.ts': '', 'high/x.ts': "import '../low/a/index.js';" };
    const all = [...groups, ...GROUPS.slice(1)];
    expect(judge(texts, all)).toEqual([]);
  });

  test('report an import past the face of a room that has no index.ts', () => {
    const texts = { 'bare/x.ts': '', 'high/y.ts': "import '../bare/x.js';" };
    const groups = [{ group: 'bare', rooms: [room('bare')] }, ...GROUPS];
    expect(judge(texts, groups)).toEqual(['past-face: high/y.ts bare/x.ts']);
  });

  test('allow an import of a face that the room lists', () => {
    const texts = { 'low/a/side.ts': '', 'high/y.ts': "import '../low/a/side.js';" };
    expect(judge(texts)).toEqual([]);
  });

  test('report an import past the face of a folder within a room', () => {
    const texts = {
      'high/in/index.ts': '',
      'high/in/x.ts': '',
      'high/y.ts': "import './in/x.js';",
    };
    expect(judge(texts)).toEqual(['past-face: high/y.ts high/in/x.ts']);
  });

  test('allow a room any file of a folder of its own that has no face', () => {
    expect(judge({ 'high/in/x.ts': '', 'high/y.ts': "import './in/x.js';" })).toEqual([]);
  });

  test('report an import of a door from another door', () => {
    const texts = { 'other/x.ts': "import '../door/index.js';" };
    expect(judge(texts)).toEqual(['door: other/x.ts door/index.ts']);
  });

  test('report folders of one room that import each other, through a third one too', () => {
    const texts = {
      'high/p/x.ts': "import '../q/x.js';",
      'high/q/x.ts': "import type {} from '../r/x.js';",
      'high/r/x.ts': "import '../p/y.js';",
      'high/p/y.ts': '',
    };
    expect(judge(texts)).toEqual([
      'circle: high/p high/q',
      'circle: high/q high/r',
      'circle: high/r high/p',
    ]);
  });

  test('report a file that no room holds and a room without a file', () => {
    const groups = [...GROUPS, { group: 'new', rooms: [room('new')] }];
    expect(judge({ 'stray/x.ts': '' }, groups)).toEqual([
      'homeless: stray/x.ts ',
      'homeless: new ',
    ]);
  });

  test('take a file for one of the innermost room that holds it', () => {
    const groups = [...GROUPS.slice(0, 2), { group: 'late', rooms: [room('high/late')] }];
    const texts = { 'high/late/index.ts': '', 'high/x.ts': "import './late/index.js';" };
    const found = judge(texts, [...groups, ...GROUPS.slice(2)]);
    expect(found).toEqual(['upward: high/x.ts high/late/index.ts']);
  });
});

test('a tree refuses an import of a file that does not exist', () => {
  const tree = new Map([['a.ts', "\nimport './b.js';"]]);
  expect(() => treeOf(tree)).toThrow('a.ts:2 imports b.ts, which does not exist');
});

test('a tree refuses an import that is computed', () => {
  const tree = new Map([['a.ts', 'export const a = (b: string) => import(b);']]);
  expect(() => treeOf(tree)).toThrow('a.ts:1 computes what it imports');
});
