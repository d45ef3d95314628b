import { isTable, type JsonObject } from '../base/json/index.js';

// A single layer need not be complete: what it may leave out, and what could only be judged over the
// whole, is not asked of it. The merged configuration is held against the schema as it is.
const OF_THE_WHOLE = new Set(
  (
    'required minProperties dependentRequired dependentSchemas not if then else maxContains ' +
    'unevaluatedProperties unevaluatedItems default'
  ).split(' '),
);

const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const SCHEMAS = new Set(['additionalProperties', 'propertyNames', 'items', 'contains']);

/**
 * The schema of a part of what `schema` describes: whatever `schema` allows, each part of it is
 * allowed by the result.
 *
 * @param schema legal by checkSchema()
 */
export function partialSchema(schema: unknown): unknown {
  if (!isTable(schema)) return schema;
  const partial: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (OF_THE_WHOLE.has(keyword)) continue;
    if (MAPS.has(keyword)) {
      partial[keyword] = Object.fromEntries(
        Object.entries(value as JsonObject).map(([name, each]) => [name, partialSchema(each)]),
      );
    } else if (LISTS.has(keyword)) {
      // Parts of two things that exclude each other can be the same.
      const kept = keyword === 'oneOf' ? 'anyOf' : keyword;
      if (kept === keyword || !('anyOf' in schema)) {
        partial[kept] = (value as unknown[]).map(partialSchema);
      }
    } else if (SCHEMAS.has(keyword)) partial[keyword] = partialSchema(value);
    else if (keyword === '$ref') {
      if (leadsToPart(value as string)) partial.$ref = value;
    } else if (!isWholeObject(keyword, value)) partial[keyword] = value;
  }
  return partial;
}

/** Whether what a reference leads to is still there. */
function leadsToPart(ref: string): boolean {
  if (ref !== '#' && !ref.startsWith('#/')) return false;
  return !ref.split('/').some((part) => OF_THE_WHOLE.has(part) || part === 'oneOf');
}

/** `enum` and `const` of objects: a part of an allowed object is none of the allowed ones. */
function isWholeObject(keyword: string, value: unknown): boolean {
  if (keyword === 'const') return isTable(value);
  return keyword === 'enum' && Array.isArray(value) && value.some(isTable);
}
