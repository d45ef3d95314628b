import { isObject } from '../../../base/json/index.js';
import { isWellFormed } from './well-formed.js';

/** The members of a schema object by keyword. */
export type Keywords = ReadonlyMap<string, unknown>;

const DIALECT_2020 = 'https://json-schema.org/draft/2020-12/schema';

/**
 * Returns the keywords of one schema object as 2020-12 writes them: tuples, dependencies, `nullable` and
 * boolean limits of older drafts and of OpenAPI in its form, and nothing that is malformed. What is inside
 * of them is left as it is.
 */
export function modernForm(schema: object): Keywords {
  const found = renewed(schema);
  for (const [keyword, value] of found) if (!isWellFormed(keyword, value)) found.delete(keyword);
  const required = found.get('required');
  if (Array.isArray(required)) found.set('required', withoutDoubles(required));
  return found;
}

/** The keywords of a schema object that modernForm() leaves out as malformed. */
export function malformedIn(schema: object): string[] {
  return [...renewed(schema)]
    .filter(([keyword, value]) => !isWellFormed(keyword, value))
    .map(([keyword]) => keyword);
}

function withoutDoubles(names: unknown[]): unknown[] {
  const different = [...new Set(names)];
  return different.length === names.length ? names : different;
}

function renewed(schema: object): Map<string, unknown> {
  const found = new Map<string, unknown>(Object.entries(schema));
  if (found.has('$schema')) found.set('$schema', DIALECT_2020);
  // The name of `$id` in draft 4, which 2020-12 doesn't know.
  if (typeof found.get('id') === 'string') found.delete('id');
  if (Array.isArray(found.get('items'))) tuple(found);
  else found.delete('additionalItems');
  if (isObject(found.get('dependencies'))) dependencies(found);
  if (typeof found.get('nullable') === 'boolean') nullable(found);
  exclusive(found, 'minimum', 'exclusiveMinimum');
  exclusive(found, 'maximum', 'exclusiveMaximum');
  return found;
}

/** Whether modernForm() changes anything but `$schema`. */
export function isOldForm(schema: object): boolean {
  const now = modernForm(schema);
  return Object.entries(schema).some(
    ([keyword, value]) => keyword !== '$schema' && now.get(keyword) !== value,
  );
}

function tuple(found: Map<string, unknown>): void {
  const first = found.get('items');
  const rest = found.get('additionalItems');
  found.delete('items');
  found.delete('additionalItems');
  // An empty list says nothing, and 2020-12 does not allow it.
  if ((first as unknown[]).length > 0) found.set('prefixItems', first);
  if (rest !== undefined) found.set('items', rest);
}

function dependencies(found: Map<string, unknown>): void {
  const names: [string, unknown][] = [];
  const schemas: [string, unknown][] = [];
  for (const entry of Object.entries(found.get('dependencies') as object)) {
    (Array.isArray(entry[1]) ? names : schemas).push(entry);
  }
  found.delete('dependencies');
  if (names.length > 0) add(found, 'dependentRequired', names);
  if (schemas.length > 0) add(found, 'dependentSchemas', schemas);
}

function add(found: Map<string, unknown>, keyword: string, entries: [string, unknown][]): void {
  const own = found.get(keyword);
  const before = isObject(own) ? Object.entries(own) : [];
  found.set(keyword, Object.fromEntries([...entries, ...before]));
}

function nullable(found: Map<string, unknown>): void {
  const allowed = found.get('nullable') === true;
  found.delete('nullable');
  if (!allowed) return;
  const type = found.get('type');
  if (type !== undefined) found.set('type', [...new Set([type, 'null'].flat())]);
  const values = found.get('enum');
  if (Array.isArray(values) && !values.includes(null)) found.set('enum', [...values, null]);
}

function exclusive(found: Map<string, unknown>, limit: string, keyword: string): void {
  const value = found.get(keyword);
  if (typeof value !== 'boolean') return;
  found.delete(keyword);
  if (!value || typeof found.get(limit) !== 'number') return;
  found.set(keyword, found.get(limit));
  found.delete(limit);
}
