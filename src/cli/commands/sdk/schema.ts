import type { JsonObject } from '../../../base/json/index.js';
import { jsonText } from '../../../base/json/index.js';
import { nearest, notFoundText } from '../../../base/text/index.js';
import { manifestSchema } from '../../../packages/manifest/json-schema.js';
import type { Command } from '../../command.js';
import { printJson } from '../../output/json.js';
import { usageError } from '../../usage-error.js';

export const command: Command = {
  about: `
Prints a JSON Schema (2020-12): of aisopod.plugin.toml; with "config", of config.toml; or with a kind
such as "tool", of the spec that a registration of this kind has. Editors complete and check by it; many
take it from a first line of the file: #:schema ./manifest.schema.json

The schemas know each key by itself; what several keys or other files have to do with it, "aisopod
plugins doctor --plugin DIR" says. In the package, docs/reference/schemas has the same schemas;
docs/reference/manifest.md, config.md and kinds explain each key.

With --json: the same, on one line.`,
  examples: [
    ['aisopod sdk schema > manifest.schema.json', 'put it next to a manifest'],
    ['aisopod sdk schema config > config.schema.json', 'put it next to config.toml'],
    ['aisopod sdk schema | jq .properties.runtime', 'which keys a table has'],
    ['aisopod sdk schema tool', 'what the spec of a tool may say'],
  ],
  async run({ stdout, options }, [of = 'manifest']) {
    const schema = await (FILES.get(of)?.() ?? specSchemaOf(of));
    if (options.json) await printJson(stdout, schema);
    else await stdout.write(`${jsonText(schema, 2)}\n`);
    return 0;
  },
};

/** The schemas of files, by the word that names them here. */
const FILES = new Map<string, () => JsonObject | Promise<JsonObject>>([
  ['manifest', manifestSchema],
  ['config', configSchema],
]);

async function configSchema(): Promise<JsonObject> {
  const { configFileSchema } = await import('../../../config/file-schema.js');
  return configFileSchema();
}

/** @throws AisopodError USAGE */
async function specSchemaOf(name: string): Promise<JsonObject> {
  const [{ KIND_DEFINITIONS }, { specSchema }] = await Promise.all([
    import('../../../kinds/index.js'),
    import('../../../registry/index.js'),
  ]);
  for (const [kind, definition] of KIND_DEFINITIONS) {
    if (kind === name) return specSchema(definition);
  }
  const known = [...FILES.keys(), ...KIND_DEFINITIONS.keys()];
  const text = notFoundText('schema', name, { similar: nearest(name, known), known });
  throw usageError(text, { schema: name, schemas: known }, 'sdk schema');
}
