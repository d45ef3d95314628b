/** Returns whether a value can hold others: an object or an array. */
export function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Returns whether JSON calls a value an object: no array, and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return isNested(value) && !Array.isArray(value);
}

/** An object of JSON, or a table of TOML. */
export type JsonObject = { [key: string]: unknown };

/** Returns whether a value of TOML is a table: an object that is not a date. */
export function isTable(value: unknown): value is JsonObject {
  return isObject(value) && !(value instanceof Date);
}
