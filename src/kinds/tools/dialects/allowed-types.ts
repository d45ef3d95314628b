import { canonicalText } from '../../../base/json/index.js';
import type { Part, SchemaDocument } from './schema-document.js';

const JSON_TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'] as const;

/** A type of JSON Schema; `number` includes `integer`. */
export type JsonType = (typeof JSON_TYPES)[number];

/** What schemas that all hold allow a value to be. */
export interface Allowed {
  /** null: no schema says. */
  readonly types: readonly JsonType[] | null;
  /** The only values; null: no schema lists them. */
  readonly values: readonly unknown[] | null;
}

export function allowedBy(document: SchemaDocument, parts: readonly Part[]): Allowed {
  let types: readonly JsonType[] | null = null;
  let values: readonly unknown[] | null = null;
  for (const part of parts) {
    const found = document.keywords(part);
    if (part.schema === false) types = [];
    const stated = found.get('type');
    if (stated !== undefined) types = common(types, typeList(stated));
    if (found.has('const')) values = shared(values, [found.get('const')]);
    const list = found.get('enum');
    if (Array.isArray(list)) values = shared(values, list);
  }
  if (values === null) return { types, values };
  const fitting: readonly unknown[] =
    types === null ? values : values.filter((value) => isOfSome(value, types as JsonType[]));
  const own = [...new Set(fitting.map(typeOf))];
  // One type for all numbers, so that their enum stays in one place.
  const one = own.includes('number') ? own.filter((type) => type !== 'integer') : own;
  return { types: one, values: fitting };
}

/** Whether a value is of a type. */
export function isOfType(value: unknown, type: JsonType): boolean {
  const own = typeOf(value);
  return own === type || (own === 'integer' && type === 'number');
}

function isOfSome(value: unknown, types: readonly JsonType[]): boolean {
  return types.some((type) => isOfType(value, type));
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as JsonType;
}

function typeList(stated: unknown): JsonType[] {
  return [stated].flat().filter((type) => JSON_TYPES.includes(type as JsonType)) as JsonType[];
}

function common(before: readonly JsonType[] | null, types: readonly JsonType[]): JsonType[] {
  if (before === null) {
    return types.filter((type) => type !== 'integer' || !types.includes('number'));
  }
  const both = new Set<JsonType>();
  for (const type of types) {
    if (before.includes(type)) both.add(type);
    else if (type === 'integer' && before.includes('number')) both.add('integer');
    else if (type === 'number' && before.includes('integer')) both.add('integer');
  }
  return [...both];
}

function shared(before: readonly unknown[] | null, values: readonly unknown[]): unknown[] {
  const texts = before && new Set(before.map(canonicalText));
  const found = new Map<string, unknown>();
  for (const value of values) {
    const text = canonicalText(value);
    if (texts === null || texts.has(text)) found.set(text, value);
  }
  return [...found.values()];
}
