import type { JsonObject } from '../base/json/index.js';
import { configShape } from './shape.js';

/**
 * Returns the JSON Schema (2020-12) of `config.toml`, for editors; made from the rules themselves. It is
 * stricter than the reader in one thing: an unknown key is an error, where the reader warns. What stands
 * in `[plugins.<id>]` is described by the manifest of that plugin, and not here.
 */
export function configFileSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:aisopod:schema:config',
    title: 'config.toml',
    ...structuredClone(configShape.schema),
  };
}
