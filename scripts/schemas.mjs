// npm run schemas: builds, and writes into docs/reference/schemas the schemas of the manifest, of config.toml and of
// the spec of each kind, as `aisopod sdk schema` prints them, of content, and docs/reference/dialects.json.
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
  const { contentShape } = await import('../dist/kinds/tools/content/index.js');
  const content = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:aisopod:schema:tool-content',
    title: 'What a tool replies with whose result is content',
    $defs: { content: contentShape.schema },
  };
  const file = join(ROOT, 'docs', 'reference', 'schemas', 'tool-content.schema.json');
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  const { TABLES } = await import('../dist/kinds/tools/dialects/index.js');
  const dialects = `${JSON.stringify(TABLES, null, 2)}\n`;
  writeFileSync(join(ROOT, 'docs', 'reference', 'dialects.json'), dialects);
});
