import { isTable, type JsonObject } from '../json/index.js';
import { nearest, show } from '../text/index.js';
import { dictionary } from './collections.js';
import type { Findings } from './findings.js';
import {
  type Field,
  type Fields,
  type Place,
  type Read,
  type ReadTable,
  type Shape,
  under,
} from './shape.js';
import { oneOf } from './values.js';

interface TableOptions {
  /** Whether the published schema takes unknown keys too, as the reader does with a warning. */
  readonly open?: boolean;
}

/**
 * A table with known keys. Unknown ones are a warning that names the nearest known one.
 * @param expected completes "expected ..." when something else than a table stands there
 */
export function table<F extends Fields>(
  fields: F,
  expected = 'a table',
  { open = false }: TableOptions = {},
): Shape<ReadTable<F>> {
  const names = Object.keys(fields);
  const properties = names.map((name) => {
    const { about, shape } = fields[name] as Field<unknown>;
    const { description, ...schema } = shape.schema;
    return [name, { description: about ?? description ?? shape.expected, ...schema }];
  });
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: names.filter((name) => fields[name]?.required),
    ...(!open && { additionalProperties: false }),
  };
  return {
    expected,
    schema,
    read(value, place, findings) {
      if (!isTable(value)) {
        findings.error(place, value, expected, { schema });
        return undefined;
      }
      for (const key in value) {
        if (!Object.hasOwn(fields, key)) findings.unknownKey(under(place, key), names);
      }
      return readFields<F>(value, fields, names, place, findings);
    },
  };
}

/** The known keys of `value` in their order, checked, with defaults; whatever else is in it is left alone. */
function readFields<F extends Fields>(
  value: JsonObject,
  fields: F,
  names: readonly string[],
  place: Place | null,
  findings: Findings,
): ReadTable<F> {
  // Key by key: what a spread has made takes several times as long to freeze.
  const result: JsonObject = {};
  // By index: an iterator makes an object for each step, and there are many specs at a start.
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const field = fields[name] as Field<unknown>;
    if (Object.hasOwn(value, name)) {
      result[name] = field.shape.read(value[name], under(place, name), findings);
      continue;
    }
    if (field.required) {
      const { expected, schema } = field.shape;
      findings.error(under(place, name), undefined, expected, { schema, hint: field.ifMissing });
    }
    if (!('maybe' in field)) result[name] = field.fallback;
  }
  return Object.freeze(result) as ReadTable<F>;
}

/**
 * A table whose key `tag` says which of several shapes it has; each of them has that key, too.
 * @param shapes by what stands at the key
 */
export function tagged<S extends Readonly<Record<string, Shape<object>>>>(
  tag: string,
  shapes: S,
): Shape<Read<S[keyof S]>> {
  const names = oneOf(Object.keys(shapes));
  const expected = `an object whose ${show(tag)} is ${names.expected}`;
  return {
    expected,
    schema: { oneOf: Object.values(shapes).map(({ schema }) => schema) },
    read(value, place, findings) {
      if (!isTable(value)) {
        findings.error(place, value, expected, { schema: { type: 'object' } });
        return undefined;
      }
      const name = names.read(value[tag], under(place, tag), findings);
      const shape = name === undefined ? undefined : shapes[name];
      return shape?.read(value, place, findings) as Read<S[keyof S]> | undefined;
    },
  };
}

const MISTAKEN = 'as it stands, this belongs to a plugin of that name';

/**
 * A table with known keys in which every other table belongs to a name, as in `[plugins.<id>]`.
 * @param key what a name looks like
 * @param of what stands under a name
 */
export function keyed<F extends Fields, T>(
  fields: F,
  key: Shape<string>,
  of: Shape<T>,
): Shape<{ readonly own: ReadTable<F>; readonly named: Readonly<Record<string, T>> }> {
  const names = Object.keys(fields);
  const own = table(fields);
  const others = dictionary(key, of, 'a table');
  return {
    expected: 'a table',
    schema: {
      ...own.schema,
      propertyNames: { anyOf: [{ enum: names }, key.schema] },
      additionalProperties: of.schema,
    },
    read(value, place, findings) {
      if (!isTable(value)) {
        findings.error(place, value, 'a table');
        return undefined;
      }
      const rest: JsonObject = Object.create(null);
      for (const [name, item] of Object.entries(value)) {
        if (Object.hasOwn(fields, name)) continue;
        if (!isTable(item)) findings.unknownKey(under(place, name), names);
        else rest[name] = item;
        const near = isTable(item) && nearest(name, names);
        if (near) findings.warn(under(place, name), 'a name', `\`${near}\``, { hint: MISTAKEN });
      }
      const named = others.read(rest, place, findings);
      return (
        named && Object.freeze({ own: readFields<F>(value, fields, names, place, findings), named })
      );
    },
  };
}
