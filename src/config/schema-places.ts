import { isTable, type JsonObject, jsonText } from '../base/json/index.js';
import { compilePattern } from '../base/schema/index.js';
import type { KeyPath } from '../base/shape/index.js';

// References can make a small schema endless over a deep value.
const MAX_STEPS = 100_000;

/** Schemas that hold for the same value as the one that they stand in. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf'] as const;
const IN_PLACE_ONE = ['if', 'then', 'else'] as const;

/** One walk of a value along its schema. */
class Walk {
  readonly places: KeyPath[] = [];
  readonly #root: JsonObject;
  #steps = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  /** All schemas that may hold for what stands at a path. */
  at(path: KeyPath): JsonObject[] {
    let schemas = this.#inPlace([this.#root]);
    for (const key of path) {
      const below = (schema: JsonObject) =>
        typeof key === 'number' ? itemSchemas(schema, key) : propertySchemas(schema, key);
      schemas = this.#inPlace(schemas.flatMap(below));
    }
    return schemas;
  }

  /** Whether a schema says of anything below it that it is secret; as far as that can be seen. */
  hidesBelow(schemas: readonly JsonObject[]): boolean {
    const text = jsonText(schemas);
    const secret = '"secret":true';
    return (
      text.includes(secret) || (text.includes('"$ref"') && jsonText(this.#root).includes(secret))
    );
  }

  visit(schemas: readonly JsonObject[], value: unknown, path: KeyPath): void {
    const all = this.#inPlace(schemas);
    const tooFar = this.#steps > MAX_STEPS;
    if (path.length > 0 && (tooFar || all.some(({ secret }) => secret === true))) {
      this.places.push(path);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const list = Array.isArray(value);
    for (const [key, member] of Object.entries(value)) {
      const below = all.flatMap((schema) =>
        list ? itemSchemas(schema, Number(key)) : propertySchemas(schema, key),
      );
      if (below.length > 0) this.visit(below, member, [...path, list ? Number(key) : key]);
    }
  }

  /** The schemas and all that hold beside them; which branch applies is not asked. */
  #inPlace(schemas: readonly JsonObject[]): JsonObject[] {
    const seen = new Set<JsonObject>();
    const waiting = [...schemas];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      this.#steps++;
      seen.add(next);
      const beside = [
        ...IN_PLACE.flatMap((keyword) => listOf(next?.[keyword])),
        ...IN_PLACE_ONE.map((keyword) => next?.[keyword]),
        ...Object.values(isTable(next.dependentSchemas) ? next.dependentSchemas : {}),
        this.#target(next.$ref),
      ];
      waiting.push(...beside.filter(isTable));
    }
    return [...seen];
  }

  #target(ref: unknown): unknown {
    if (typeof ref !== 'string' || !ref.startsWith('#')) return undefined;
    if (ref !== '#' && !ref.startsWith('#/')) return findAnchor(this.#root, ref.slice(1));
    let target: unknown = this.#root;
    for (const part of ref.split('/').slice(1)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key)) return;
      target = (target as JsonObject)[key];
    }
    return target;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function propertySchemas(schema: JsonObject, key: string): JsonObject[] {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties } = schema;
  const own = isTable(properties) && Object.hasOwn(properties, key) ? [properties[key]] : [];
  const patterns = Object.entries(isTable(patternProperties) ? patternProperties : {});
  const fitting = patterns.filter(([pattern]) => fits(pattern, key)).map(([, each]) => each);
  const others = own.length + fitting.length > 0 ? [] : [additionalProperties];
  return [...own, ...fitting, ...others, unevaluatedProperties].filter(isTable);
}

/** On the engine that no pattern can block; a pattern that it can't run counts as fitting. */
function fits(pattern: string, key: string): boolean {
  const compiled = compilePattern(pattern);
  return 'lacks' in compiled || compiled.test(key);
}

function itemSchemas(schema: JsonObject, index: number): JsonObject[] {
  const { prefixItems, items, contains, unevaluatedItems } = schema;
  return [listOf(prefixItems)[index], items, contains, unevaluatedItems].filter(isTable);
}

function findAnchor(root: JsonObject, anchor: string): unknown {
  const waiting: unknown[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if ((next as JsonObject).$anchor === anchor) return next;
    waiting.push(...Object.values(next));
  }
  return undefined;
}

/**
 * The places in `value` that the schema marks with `secret = true`, outermost only. Every schema
 * that may hold for a value counts, whichever does in the end, and where the schema leads too far
 * all is secret: rather one too many than one shown.
 *
 * @param schema legal by checkSchema()
 */
export function secretPlaces(schema: JsonObject, value: unknown): readonly KeyPath[] {
  const walk = new Walk(schema);
  walk.visit([schema], value, []);
  return walk.places;
}

/** All schemas that may hold for what stands at a path of tables. */
export function schemasAt(schema: JsonObject, path: readonly string[]): readonly JsonObject[] {
  return new Walk(schema).at(path);
}

/**
 * Whether what stands at a path may be a secret in the wrong place: the schema wants secrets below it, and a
 * text stands there instead.
 */
export function maySpoilSecret(schema: JsonObject, path: KeyPath): boolean {
  const walk = new Walk(schema);
  return walk.hidesBelow(walk.at(path));
}
