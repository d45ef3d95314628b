import { isTable, type JsonObject } from '../../base/json/index.js';
import { type Shape, under } from '../../base/shape/index.js';
import { nearest } from '../../base/text/index.js';
import { toJson } from '../../base/toml/index.js';
import { besideFile } from './entry-file.js';

/** `[config]`: a schema written in the manifest, or the file that holds it. */
export type ConfigTable =
  | { readonly file: string; readonly schema: null }
  | { readonly file: null; readonly schema: JsonObject };

// What stands at the top of a schema. Someone who writes values there instead is told so.
const KEYWORDS = (
  '$schema $id $ref $defs $comment definitions title description type properties required ' +
  'additionalProperties patternProperties propertyNames minProperties maxProperties ' +
  'unevaluatedProperties dependentRequired dependentSchemas default examples allOf anyOf oneOf ' +
  'not if then else enum const deprecated readOnly writeOnly'
).split(' ');

const EXPECTED =
  'a JSON Schema of an object as a table, or the name of a .json file that holds one';

/** A schema in TOML (`[config.properties.x]`), `config = "x.json"`, or `[config] schema = "x.json"`. */
export const configTable: Shape<ConfigTable> = {
  expected: EXPECTED,
  schema: {
    anyOf: [
      besideFile.schema,
      {
        type: 'object',
        properties: { schema: besideFile.schema },
        required: ['schema'],
        additionalProperties: false,
      },
      { $ref: 'https://json-schema.org/draft/2020-12/schema' },
    ],
  },
  read(found, place, findings) {
    if (typeof found === 'string') {
      const file = besideFile.read(found, place, findings);
      return file === undefined ? undefined : { file, schema: null };
    }
    if (!isTable(found)) {
      findings.error(place, found, EXPECTED);
      return undefined;
    }
    if (typeof found.schema === 'string' && Object.keys(found).length === 1) {
      const file = besideFile.read(found.schema, under(place, 'schema'), findings);
      return file === undefined ? undefined : { file, schema: null };
    }
    for (const key of Object.keys(found)) {
      if (KEYWORDS.includes(key)) continue;
      const near = nearest(key, KEYWORDS);
      findings.warn(under(place, key), 'an unknown keyword', 'a keyword of JSON Schema', {
        hint: near
          ? `did you mean \`${near}\`?`
          : '[config] describes the configuration; values belong into config.toml of the home',
      });
    }
    if (found.type !== undefined && found.type !== 'object') {
      findings.error(under(place, 'type'), found.type, '"object"');
    }
    return { file: null, schema: toJson(found, place, findings) as JsonObject };
  },
};
