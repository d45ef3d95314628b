/** Returns whether a value can hold others: an object or an array. */
export function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Returns whether JSON calls a value an object: no array, and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return isNested(value) && !Array.isArray(value);
}
