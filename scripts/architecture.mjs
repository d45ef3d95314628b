// npm run docs:architecture: writes the table of rooms and their imports into
// docs/internals/architecture.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUPS } from './architecture/groups.mjs';
import { withTable } from './architecture/table.mjs';
import { readTree } from './architecture/tree.mjs';
import { ROOT } from './run.mjs';

const page = join(ROOT, 'docs/internals/architecture.md');
const tree = readTree(join(ROOT, 'src'));
writeFileSync(page, withTable(readFileSync(page, 'utf8'), tree, GROUPS));
