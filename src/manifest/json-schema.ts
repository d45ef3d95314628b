import type { JsonObject } from '../toml/index.js';
import { entryFile } from './entry-file.js';
import { manifestShape } from './shape.js';

/** The JSON Schema (2020-12) of `aisopod.plugin.toml`, for editors; from the rules themselves. */
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
    title: 'aisopod.plugin.toml',
    description: `The manifest of an aisopod plugin. entry: ${entryFile.expected}.`,
    ...schema,
  };
}
