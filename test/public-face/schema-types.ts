// The types that the schemas of hooks describe, as TypeScript.
import { SCHEMA_FILES } from '../docs/schemas.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema | true>>;
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const ROOTS = new Map(SCHEMA_FILES.map((file) => [file.$id, file as Schema]));

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** The type of the `payload` or the `reply` of a hook, without null. */
export function hookSchemaType(hook: string, part: 'payload' | 'reply'): string {
  const of = ROOTS.get('urn:aisopod:schema:hook')?.$defs?.[hook]?.$defs?.[part];
  if (of === undefined) throw new Error(`hook.schema.json has no ${part} of ${hook}`);
  return typeOf(of.oneOf ? { ...of, oneOf: of.oneOf.filter(({ type }) => type !== 'null') } : of);
}

function typeOf(schema: Schema | true): string {
  if (schema === true) return 'unknown';
  const { $ref, enum: values, oneOf, type, items, properties } = schema;
  if ($ref !== undefined) return typeOf(resolve($ref));
  if ('const' in schema) return JSON.stringify(schema.const);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (oneOf !== undefined) return oneOf.map(typeOf).join(' | ');
  if (properties !== undefined) return objectType(schema);
  if (type === 'object') return 'Readonly<Record<string, unknown>>';
  if (type === 'array') return `readonly (${items === undefined ? 'unknown' : typeOf(items)})[]`;
  if (type === undefined) return 'unknown';
  return [type].flat().map(primitive).join(' | ');
}

function objectType({ properties = {}, required = [] }: Schema): string {
  const members = Object.entries(properties).map(([name, schema]) =>
    required.includes(name)
      ? `readonly ${name}: ${typeOf(schema)};`
      : `readonly ${name}?: ${typeOf(schema)} | undefined;`,
  );
  return `{ ${members.join(' ')} }`;
}

function primitive(type: string): string {
  const found = PRIMITIVES[type];
  if (found === undefined) throw new Error(`no TypeScript is known for the type ${type}`);
  return found;
}

function resolve(ref: string): Schema {
  const [file = '', pointer = ''] = ref.split('#');
  let here = ROOTS.get(file === '' ? 'urn:aisopod:schema:hook' : file) as unknown;
  for (const step of pointer.split('/').slice(1)) here = Reflect.get(here as object, step);
  if (typeof here !== 'object' || here === null) throw new Error(`${ref} leads nowhere`);
  return here;
}
