import { TomlDate } from 'smol-toml';
import { isTable, type JsonObject } from '../json/index.js';
import { type Findings, type Place, under } from '../shape/index.js';

// Far above what anyone nests by hand; keeps every recursion over the result shallow.
const MAX_DEPTH = 32;

/**
 * A TOML value as JSON: dates become their text, tables ordinary objects in which a key like
 * `__proto__` is an own property. What JSON cannot say (inf, nan) is reported.
 *
 * @returns undefined after something was reported
 */
export function toJson(
  value: unknown,
  place: Place | null,
  findings: Findings,
  depth = 0,
): unknown {
  if (depth > MAX_DEPTH) {
    findings.error(place, value, `at most ${MAX_DEPTH} levels of nesting`);
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => toJson(item, under(place, i), findings, depth + 1));
  }
  if (value instanceof TomlDate) return value.toISOString();
  if (isTable(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        toJson(item, under(place, key), findings, depth + 1),
      ]),
    );
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    findings.error(place, value, 'a finite number');
    return undefined;
  }
  return value;
}

/**
 * `over` laid over `base`: objects are merged key by key, anything else is replaced. Neither is
 * changed, and the result shares no object with them that it had to merge.
 */
export function mergeJson(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    merged.set(key, isTable(value) && isTable(below) ? mergeJson(below, value) : value);
  }
  return Object.fromEntries(merged);
}
