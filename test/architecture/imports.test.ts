import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GROUPS, KNOWN_EXCEPTIONS } from '../../scripts/architecture/groups.mjs';
import { violations } from '../../scripts/architecture/rules.mjs';
import { readTree } from '../../scripts/architecture/tree.mjs';

const tree = readTree(fileURLToPath(new URL('../../src', import.meta.url)));
const lines = (found: readonly { rule: string; from: string; to: string }[]) =>
  found.map(({ rule, from, to }) => `${rule}: ${from} ${to}`).sort();

test('imports of src break no rule but by the exceptions of scripts/architecture/groups.mjs', () => {
  expect(lines(violations(tree, GROUPS))).toEqual(lines(KNOWN_EXCEPTIONS));
});

test('the reader finds all kinds of imports in src', () => {
  const kinds = new Set(tree.edges.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['export', 'lazy', 'type', 'value']);
});
