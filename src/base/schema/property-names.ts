import { isObject } from '../json/index.js';
import { APPLICATORS } from './schema-keywords.js';

/** The names of all properties that a schema describes, at any depth. */
export function propertyNames(schema: unknown, into = new Set<string>()): ReadonlySet<string> {
  if (!isObject(schema)) return into;
  for (const [keyword, value] of Object.entries(schema)) {
    const place = APPLICATORS.get(keyword)?.place;
    if (place === 'schema') propertyNames(value, into);
    else if (place) {
      for (const [name, each] of Object.entries(value as object)) {
        if (keyword === 'properties') into.add(name);
        propertyNames(each, into);
      }
    }
  }
  return into;
}
