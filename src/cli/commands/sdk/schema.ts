import { manifestSchema } from '../../../packages/manifest/index.js';
import type { Command } from '../../command.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Prints the JSON Schema (2020-12) of aisopod.plugin.toml, by which an editor completes and checks
manifests. Many editors take it from a first line of the manifest: #:schema ./manifest.schema.json

It knows each key by itself; what several keys or other files have to do with it, "aisopod plugins
doctor --plugin DIR" says. In the package, docs/reference/schemas/manifest.schema.json is the same
schema, and docs/reference/manifest.md explains each key.

With --json: the same, on one line.`,
  examples: [
    ['aisopod sdk schema > manifest.schema.json', 'put it beside a manifest'],
    ['aisopod sdk schema | jq .properties.runtime', 'which keys a table has'],
  ],
  async run({ stdout, options }) {
    const schema = manifestSchema();
    if (options.json) await printJson(stdout, schema);
    else await stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    return 0;
  },
};
