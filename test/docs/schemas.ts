import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The folder docs. */
export const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

interface SchemaFile {
  readonly $id: string;
  readonly $defs: Readonly<Record<string, object>>;
}

const names = readdirSync(`${DOCS}/reference/schemas`);
const isSpec = (name: string) => name.endsWith('-spec.schema.json');
const parsed = (name: string) =>
  JSON.parse(readFileSync(`${DOCS}/reference/schemas/${name}`, 'utf8'));

/** The files of docs/reference/schemas about what plugins and host tell each other, parsed. */
export const SCHEMA_FILES: readonly SchemaFile[] = names
  .filter(
    (name) =>
      !['config.schema.json', 'manifest.schema.json', 'registry.schema.json'].includes(name),
  )
  .filter((name) => !isSpec(name))
  .map(parsed);

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
});
for (const file of [...SCHEMA_FILES, ...names.filter(isSpec).map(parsed)]) ajv.addSchema(file);

/** `tool#invoke/reply` gives the schema at `$defs/invoke/$defs/reply` of tool.schema.json. */
export function schemaOf(label: string): ValidateFunction {
  const [file, path = ''] = label.split('#');
  const pointer = path.split('/').map((name) => `/$defs/${name}`);
  const schema = ajv.getSchema(`urn:aisopod:schema:${file}#${pointer.join('')}`);
  if (!schema) throw new Error(`docs/reference/schemas has no ${label}`);
  return schema;
}
