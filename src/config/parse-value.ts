import { isJson, type JsonObject, parseJson } from '../base/json/index.js';
import { valueAt } from './layers.js';
import { schemasAt, secretPlaces } from './schema-places.js';
import { secretReference } from './secret-reference.js';

/**
 * What a text means at one place of a configuration; see Config#parse().
 * @throws JsonTextFault when it is JSON that cannot be kept as it is
 */
export function parseValue(
  schema: Readonly<JsonObject> | null,
  path: readonly string[],
  text: string,
): { readonly value: unknown; readonly secret: boolean } {
  if (schema === null) return { value: fromJson(text), secret: false };
  const schemas = schemasAt(schema, path);
  const wantsText = schemas.some(({ type, secret }) => type === 'string' || secret === true);
  const value = wantsText ? text : fromJson(text);
  const whole = path.reduceRight<unknown>((below, key) => ({ [key]: below }), value);
  const secrets = secretPlaces(schema, whole).map((place) => valueAt(whole, place));
  return { value, secret: secrets.some((each) => secretReference(each) === null) };
}

function fromJson(text: string): unknown {
  return isJson(text) ? parseJson(text) : text;
}
