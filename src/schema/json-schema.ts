/** A JSON Schema 2020-12 object, as a plugin wrote it; frozen. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** What is wrong with a schema, and where. */
export interface SchemaFault {
  /** JSON pointer into the schema; `` is the schema itself. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Limits of a schema that a stranger wrote. */
export interface SchemaLimits {
  /** Bytes of its JSON text. */
  readonly bytes: number;
  /** Schemas inside each other, as written. */
  readonly depth: number;
  /** Schemas in all: what decides how long compiling blocks (1,000 take about 0.1 s). */
  readonly subschemas: number;
  /** `$ref` behind `$ref`, on the longest way. */
  readonly references: number;
  /** Schemas that one value may be held against once every `$ref` is followed. */
  readonly expanded: number;
}

export const SCHEMA_LIMITS: SchemaLimits = {
  bytes: 64 * 1024,
  depth: 32,
  subschemas: 1_000,
  references: 64,
  expanded: 10_000,
};

/** Nesting that no sane schema or spec reaches; keeps every later walk off the stack's end. */
export const JSON_DEPTH_LIMIT = 128;

/**
 * True when arrays and objects nest deeper than `limit`. Goes no deeper itself, so that it ends for
 * what contains itself too.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
  return isNested(value) && nestsDeeper(value, limit);
}

/** Called for objects only: most of what stands in JSON is none. */
function nestsDeeper(value: object, limit: number): boolean {
  if (limit < 0) return true;
  const members = Array.isArray(value) ? value : Object.values(value);
  for (let i = 0; i < members.length; i++) {
    const member: unknown = members[i];
    if (isNested(member) && nestsDeeper(member, limit - 1)) return true;
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Freezes plain JSON data all the way down; `value` must have passed isDeeperThan(). */
export function freezeDeep<T>(value: T): T {
  if (!isNested(value)) return value;
  for (const key in value) if (isNested(value[key])) freezeDeep(value[key]);
  return Object.freeze(value);
}

/** `pointer` and one more step of a JSON pointer. */
export function pointerTo(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
