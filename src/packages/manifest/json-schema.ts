import type { JsonObject } from '../../base/json/index.js';
import { manifestShape } from './shape.js';

/**
 * The JSON Schema (2020-12) of `aisopod.plugin.toml`, for editors; from the rules themselves. It is
 * stricter than the reader in one thing: an unknown key is an error, where the reader warns.
 */
export function manifestSchema(): JsonObject {
  const schema = structuredClone(manifestShape.schema) as {
    properties: { plugin: JsonObject };
  } & JsonObject;
  // One of three names is enough, which only the reader of the manifest says otherwise.
  schema.properties.plugin.anyOf = ['entry', 'entry_point', 'main'].map((key) => ({
    required: [key],
  }));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:aisopod:schema:manifest',
    title: 'aisopod.plugin.toml',
    ...schema,
  };
}
