import { isTable } from '../json/index.js';

/** A JSON value as TOML on one line; there is no null in it. */
export function writeValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  if (isTable(value)) {
    const members = Object.entries(value).map(
      ([key, each]) => `${writeKey([key])} = ${writeValue(each)}`,
    );
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  if (typeof value === 'string') return text(value);
  const written = JSON.stringify(value);
  // TOML has integers of 64 bits, which are read as they are or not at all; a float is a double.
  return isLargeInteger(value) && /^-?\d+$/.test(written) ? `${written}.0` : written;
}

function isLargeInteger(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** A dotted key. */
export function writeKey(path: readonly (string | number)[]): string {
  return path
    .map((key) => (/^[\w-]+$/.test(String(key)) ? String(key) : text(String(key))))
    .join('.');
}

/** JSON's escapes are TOML's, but TOML wants DEL escaped too. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
}
