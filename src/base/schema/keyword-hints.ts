import { isObject, jsonText } from '../json/index.js';
import { shorten } from '../text/index.js';

/**
 * Says what to write instead of the wrong value of a keyword, as the end of a sentence; null: nothing is known.
 * @param schema that the keyword stands in
 */
export type Hint = (value: unknown, schema: object) => string | null;

/** The types of JSON that a schema names. */
export const TYPES: readonly unknown[] = [
  'array',
  'boolean',
  'integer',
  'null',
  'number',
  'object',
  'string',
];

/** What other languages call the types of JSON. */
const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    string:
      'str text char character varchar nvarchar bytes byte binary file blob password enum regex',
    integer: 'int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 long short bigint',
    number: 'float float32 float64 double decimal real numeric num',
    boolean: 'bool',
    object: 'dict dictionary map hash struct record json obj',
    array: 'list tuple set sequence vector iterable',
    null: 'none nil undefined void nonetype',
  }).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
);
/** Texts of a form for which `format` has a name. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['date', 'date'],
  ['time', 'time'],
  ['datetime', 'date-time'],
  ['date-time', 'date-time'],
  ['timestamp', 'date-time'],
  ['uuid', 'uuid'],
  ['uri', 'uri'],
  ['url', 'uri'],
  ['email', 'email'],
]);
const ANYTHING = new Set(['any', 'mixed', 'unknown', '*', 'all', 'variant']);

export const typeHint: Hint = (value) => {
  if (Array.isArray(value)) {
    const wrong = value.find((each) => !TYPES.includes(each));
    if (wrong === null) return 'write "null" in quotes';
    return wrong === undefined ? 'leave "type" out for any value' : oneType(wrong);
  }
  return oneType(value);
};

function oneType(value: unknown): string | null {
  if (isObject(value)) return 'write a schema where "type" stands, and not in it';
  if (typeof value !== 'string') return null;
  const name = value.trim().toLowerCase();
  if (TYPES.includes(name)) return `write "${name}"`;
  if (ANYTHING.has(name)) return 'leave "type" out for any value';
  const format = FORMATS.get(name);
  if (format !== undefined) return `write "type": "string" and "format": "${format}"`;
  const meant = MEANT.get(name);
  if (meant !== undefined) return `write "${meant}"`;
  if (/[|,]| or /.test(name)) {
    const types = name.split(/\s*[|,]\s*| or /).map((each) => MEANT.get(each) ?? each);
    if (types.every((each) => TYPES.includes(each))) return `write ${jsonText(types)}`;
  }
  if (/^(?:array|list|set)?[<[].*[>\]]$|\[\]$/.test(name))
    return 'write "type": "array", and the type of its elements in "items"';
  return null;
}

/** Of numbers and booleans that are written as texts. */
export const unquoted: (value: unknown) => string | null = (value) => {
  if (typeof value !== 'string') return null;
  const text = value.trim().toLowerCase();
  const isPlain =
    text === 'true' || text === 'false' || (text !== '' && Number.isFinite(Number(text)));
  return isPlain ? `write ${shorten(text, 40)} without quotes` : null;
};

/** Of lists of names. */
export const namesHint: Hint = (value) => {
  if (typeof value === 'boolean') {
    return 'it belongs to the object above: a list in its schema, such as "required": ["name"]';
  }
  if (typeof value === 'string') return `write ${jsonText([shorten(value, 40)])}`;
  if (isObject(value)) {
    const names = Object.values(value);
    return names.every((name) => typeof name === 'string')
      ? `write ${shorten(jsonText(names), 100)}`
      : null;
  }
  return null;
};

/** Of what stands where a schema belongs. */
export function schemaHint(value: unknown, keyword: string): string | null {
  if (Array.isArray(value)) {
    if (value.length === 0) return 'write {} for an empty object, which accepts any value';
    if (keyword !== 'items') return null;
    return (
      'write "prefixItems" for a list of schemas, or "$schema": ' +
      '"http://json-schema.org/draft-07/schema#" at the root'
    );
  }
  if (typeof value !== 'string') return null;
  return unquoted(value) ?? (TYPES.includes(value) ? `write {"type": "${value}"}` : null);
}

/** Of what stands where an object of schemas belongs. */
export function mapHint(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  return value.length === 0 ? 'write {} for an empty object' : 'each schema needs a name';
}

/** Of what stands where a list of schemas belongs. */
export function listHint(value: unknown): string | null {
  return isObject(value) ? 'write a list, as in [{...}]' : null;
}
