/**
 * The same text for what means the same: the keys of objects sorted, no blanks.
 * @param json one complete JSON value
 */
export function canonicalJson(json: string): string {
  return JSON.stringify(JSON.parse(json), sorted);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}
