// npm run schemas: builds, and writes into docs/reference/schemas the schemas of the manifest, of config.toml and of
// the spec of each kind, as `aisopod sdk schema` prints them, and docs/reference/dialects.json.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, ROOT, runTool } from './run.mjs';

await main(async () => {
  runTool('build the TypeScript', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json']);
  const { KIND_DEFINITIONS } = await import('../dist/kinds/index.js');
  for (const of of ['manifest', 'config', ...KIND_DEFINITIONS.keys()]) {
    const file = KIND_DEFINITIONS.has(of) ? `${of}-spec` : of;
    const program = join(ROOT, 'dist', 'cli', 'main.js');
    const schema = execFileSync(process.execPath, [program, 'sdk', 'schema', of]);
    writeFileSync(join(ROOT, 'docs', 'reference', 'schemas', `${file}.schema.json`), schema);
  }
  const { TABLES } = await import('../dist/kinds/tools/dialects/index.js');
  const dialects = `${JSON.stringify(TABLES, null, 2)}\n`;
  writeFileSync(join(ROOT, 'docs', 'reference', 'dialects.json'), dialects);
});
