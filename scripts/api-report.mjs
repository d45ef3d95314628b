// npm run api:report: writes docs/reference/public-api.md, the declarations of the public surface.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flattenDeclarations } from './api/declarations.mjs';
import { writeReport } from './api/report.mjs';
import { main, ROOT } from './run.mjs';

await main(() => {
  const page = join(ROOT, 'docs/reference/public-api.md');
  writeFileSync(page, writeReport(flattenDeclarations()));
});
