// npm run schemas: builds, and writes docs/reference/schemas/manifest.schema.json and the schema of the spec of
// each kind, as `aisopod sdk schema` prints them.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, ROOT, runTool } from './run.mjs';

await main(async () => {
  runTool('build the TypeScript', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json']);
  const { KIND_DEFINITIONS } = await import('../dist/kinds/index.js');
  for (const of of ['manifest', ...KIND_DEFINITIONS.keys()]) {
    const file = of === 'manifest' ? 'manifest' : `${of}-spec`;
    const program = join(ROOT, 'dist', 'cli', 'main.js');
    const schema = execFileSync(process.execPath, [program, 'sdk', 'schema', of]);
    writeFileSync(join(ROOT, 'docs', 'reference', 'schemas', `${file}.schema.json`), schema);
  }
});
