/**
 * Returns the value of a JSON text that is known to be JSON: the core has checked it when it came in, or
 * the host has written it. Any other text goes to parseJson().
 */
export function readJson<T = unknown>(text: string): T {
  return JSON.parse(text) as T;
}

/**
 * Returns the JSON text of a value that is known to be JSON: the host has made it, or has read it from
 * JSON. Any other value goes to writeJson(). Undefined is written as null.
 * @param indent blanks of each level, for a text that people read; default: none, on one line
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent) ?? 'null';
}

/** Whether a text is JSON at all; parseJson() may refuse it still, for what it would lose. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns what JSON.stringify() makes of anything, for what is only shown or measured: what JSON can't
 * say is changed or left out. Null: it can't be written, or nothing of it is left.
 */
export function lossyJson(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

/**
 * Returns the same text for what means the same: the keys of objects sorted, no blanks.
 * @param json text that is known to be JSON
 */
export function canonicalJson(json: string): string {
  return canonicalText(JSON.parse(json));
}

/** Returns the JSON text of a value of JSON, equal for equal values whatever the order of members. */
export function canonicalText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value, sorted) : JSON.stringify(value);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}
