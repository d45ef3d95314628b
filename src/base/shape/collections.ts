import { isTable } from '../json/index.js';
import { show } from '../text/index.js';
import { type Shape, under } from './shape.js';

/** A table whose keys are names: each key and each value has its shape. */
export function dictionary<T>(
  key: Shape<string>,
  of: Shape<T>,
  expected: string,
): Shape<Readonly<Record<string, T>>> {
  return {
    expected,
    schema: { type: 'object', propertyNames: key.schema, additionalProperties: of.schema },
    read(value, place, findings) {
      if (!isTable(value)) {
        findings.error(place, value, expected);
        return undefined;
      }
      // Without prototype, since `constructor` is a legal name.
      const result: Record<string, T> = Object.create(null);
      for (const [name, item] of Object.entries(value)) {
        const at = under(place, name);
        const read = of.read(item, at, findings);
        const readName = key.read(name, at, findings);
        if (readName !== undefined && read !== undefined) result[readName] = read;
      }
      return Object.freeze(result);
    },
  };
}

/** An array whose elements have one shape. An element that stands there twice is warned about. */
export function list<T>(
  of: Shape<T>,
  { least = 0, expected = `an array, each element ${of.expected}` } = {},
): Shape<readonly T[]> {
  const schema = { type: 'array', items: of.schema, ...(least > 0 && { minItems: least }) };
  return {
    expected,
    schema,
    read(value, place, findings) {
      if (!Array.isArray(value) || value.length < least) {
        const hint = typeof value === 'string' ? `write [${show(value)}]` : null;
        findings.error(place, value, expected, { schema, hint });
        return undefined;
      }
      const seen = new Set<unknown>();
      const result: T[] = [];
      value.forEach((item, i) => {
        const at = under(place, i);
        const read = of.read(item, at, findings);
        if (seen.has(item)) findings.warn(at, 'the same again', 'each element once');
        seen.add(item);
        if (read !== undefined) result.push(read);
      });
      return Object.freeze(result);
    },
  };
}

/** A table where a table stands, else the simple form. */
export function either<A, B>(simple: Shape<A>, full: Shape<B>): Shape<A | B> {
  const expected = `${simple.expected}; or ${full.expected}`;
  return {
    expected,
    schema: { anyOf: [simple.schema, full.schema] },
    read(value, place, findings) {
      if (isTable(value)) return full.read(value, place, findings);
      if (Array.isArray(value)) {
        findings.error(place, value, expected);
        return undefined;
      }
      return simple.read(value, place, findings);
    },
  };
}

/** An array, or its only element by itself. */
export function oneOrMany<T>(of: Shape<T>): Shape<readonly T[]> {
  const expected = `${of.expected}, or an array of these`;
  const many = list(of);
  return {
    expected,
    schema: { anyOf: [of.schema, many.schema] },
    read(value, place, findings) {
      if (Array.isArray(value)) return many.read(value, place, findings);
      if (isTable(value)) {
        findings.error(place, value, expected);
        return undefined;
      }
      const read = of.read(value, place, findings);
      return read === undefined ? undefined : Object.freeze([read]);
    },
  };
}

/** A table for which null may stand, and then is as if it stood there empty. */
export function orNull<T>(of: Shape<T>): Shape<T> {
  return {
    expected: of.expected,
    schema: { ...of.schema, type: [of.schema.type, 'null'] },
    read: (value, place, findings) => of.read(value ?? {}, place, findings),
  };
}
