import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GROUPS } from '../../scripts/architecture/groups.mjs';
import { withTable } from '../../scripts/architecture/table.mjs';
import { readTree } from '../../scripts/architecture/tree.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('docs/internals/architecture.md has the table that npm run docs:architecture writes', () => {
  const page = readFileSync(`${root}/docs/internals/architecture.md`, 'utf8');
  expect(page).toBe(withTable(page, readTree(`${root}/src`), GROUPS));
});
