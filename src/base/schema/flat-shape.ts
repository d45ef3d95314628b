import type { MemberType, ObjectShape } from '../json/index.js';
import { isObject } from '../json/index.js';
import type { JsonSchema } from './json-schema.js';
import { APPLICATORS, ASSERTIONS } from './schema-keywords.js';

const TYPES: readonly unknown[] = ['boolean', 'integer', 'null', 'number', 'string'];
const KEYWORDS = ['type', 'properties', 'required', 'additionalProperties'];

/**
 * The shape that a schema asks for when it asks no more of an object than the types of its members.
 *
 * @param schema which checkSchema() found legal
 * @returns null when it asks for more
 */
export function flatShape(schema: JsonSchema): ObjectShape | null {
  const { properties = {}, required = [], additionalProperties: others = true } = schema;
  if (schema.type !== 'object' || typeof others !== 'boolean' || asksMore(schema, KEYWORDS)) {
    return null;
  }
  const members = new Map<string, MemberType>();
  for (const [name, member] of Object.entries(properties as object)) {
    const type = memberType(member);
    if (type === null) return null;
    members.set(name, type);
  }
  return { members, required: new Set(required as readonly string[]), open: others };
}

function memberType(schema: unknown): MemberType | null {
  if (schema === true) return 'any';
  if (!isObject(schema) || asksMore(schema, ['type'])) return null;
  const { type } = schema;
  if (type === undefined) return 'any';
  return TYPES.includes(type) ? (type as MemberType) : null;
}

/** Whether a schema asks for something by other keywords than these. */
function asksMore(schema: JsonSchema, keywords: readonly string[]): boolean {
  return Object.keys(schema).some(
    (keyword) =>
      !keywords.includes(keyword) &&
      (ASSERTIONS.has(keyword) || APPLICATORS.has(keyword) || keyword === '$ref'),
  );
}
