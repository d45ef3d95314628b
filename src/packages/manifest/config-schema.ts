import { isTable, type JsonObject } from '../../base/json/index.js';
import { mergeJson } from '../../base/toml/index.js';

const MAX_DEPTH = 32;

/** A walk over a stranger's schema. References can make a small one endless, so steps are counted. */
interface Walk {
  readonly root: JsonObject;
  steps: number;
}

const MAX_STEPS = 10_000;

/** Follows `{"$ref": "#/$defs/port"}` inside of the schema; other references lead nowhere. */
function resolve(schema: unknown, walk: Walk): JsonObject | null {
  let target: unknown = schema;
  for (let hops = 0; hops < MAX_DEPTH && isTable(target) && walk.steps++ < MAX_STEPS; hops++) {
    const ref = target.$ref;
    if (typeof ref !== 'string') return target;
    if (ref !== '#' && !ref.startsWith('#/')) return null;
    target = walk.root;
    for (const part of ref.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      target = isTable(target) && Object.hasOwn(target, key) ? target[key] : undefined;
    }
  }
  return null;
}

/**
 * The properties of the innermost of `objects`, references followed. One that leads back to an
 * object around it is left out: a default cannot contain itself.
 */
function* properties(
  objects: readonly JsonObject[],
  walk: Walk,
): Generator<[string, JsonObject, JsonObject[]]> {
  const inner = objects.at(-1)?.properties;
  if (!isTable(inner) || objects.length > MAX_DEPTH) return;
  for (const [key, value] of Object.entries(inner)) {
    const property = resolve(value, walk);
    if (property && !objects.includes(property)) yield [key, property, [...objects, property]];
  }
}

/**
 * The configuration that a schema yields when nothing is configured: the `default` of the object,
 * and of each property below it that the object's own default leaves out. References inside the
 * schema are followed; `allOf` and its like are not, since which branch counts depends on values.
 *
 * @param schema a JSON Schema of an object
 */
export function configDefaults(schema: JsonObject): JsonObject {
  const walk: Walk = { root: schema, steps: 0 };
  const defaults = (objects: readonly JsonObject[]): JsonObject => {
    const own = objects.at(-1)?.default;
    const below: [string, unknown][] = [];
    for (const [key, property, path] of properties(objects, walk)) {
      if (isTable(property.properties)) {
        const inner = defaults(path);
        if (isTable(property.default) || Object.keys(inner).length > 0) below.push([key, inner]);
      } else if (Object.hasOwn(property, 'default')) {
        below.push([key, property.default]);
      }
    }
    return mergeJson(Object.fromEntries(below), isTable(own) ? own : {});
  };
  return defaults([schema]);
}

/**
 * What must never be shown: JSON pointers to the properties that are marked `secret = true`.
 *
 * @param schema a JSON Schema of an object
 */
export function configSecrets(schema: JsonObject): string[] {
  const walk: Walk = { root: schema, steps: 0 };
  const secrets = (objects: readonly JsonObject[], pointer: string): string[] => {
    const found: string[] = [];
    for (const [key, property, path] of properties(objects, walk)) {
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (property.secret === true) found.push(at);
      else found.push(...secrets(path, at));
    }
    return found;
  };
  return secrets([schema], '');
}
