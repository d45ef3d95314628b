import { isObject } from '../../../../src/base/json/index.js';

/** What a Schema object of Gemini accepts, as a JSON Schema. */
export function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema);
  if (!isObject(schema)) return schema;
  const { type, nullable, properties, items, anyOf, enum: values, ...others } = schema;
  const own = typeof type === 'string' ? type.toLowerCase() : undefined;
  return {
    ...others,
    ...(own !== undefined && { type: nullable === true ? [own, 'null'] : own }),
    ...(Array.isArray(values) && { enum: nullable === true ? [...values, null] : values }),
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, asJsonSchema(each)]),
      ),
    }),
    ...(items !== undefined && { items: asJsonSchema(items) }),
    ...(anyOf !== undefined && { anyOf: asJsonSchema(anyOf) }),
  };
}
