import { freezeDeep, isObject, type JsonObject } from '../../base/json/index.js';
import {
  checkSchema,
  type JsonSchema,
  type PatternEngine,
  type SchemaFault,
} from '../../base/schema/index.js';
import {
  flag,
  list,
  maybe,
  oneOf,
  optional,
  type Read,
  required,
  type Shape,
  section,
  string,
  table,
  value,
  wholeNumber,
} from '../../base/shape/index.js';
import { textOrType } from '../../base/text/index.js';
import type { KindDefinition, RegisteredPlugin, SpecContext } from '../../registry/index.js';
import type { ToolSpec } from './tool-spec.js';

// Of one schema: the first of them show what is odd about it.
const WARNINGS = 5;
const NONE: readonly string[] = Object.freeze([]);
const ANY_OBJECT: JsonSchema = Object.freeze({ type: 'object' });

function schemaObject(more: JsonObject = {}): Shape<JsonSchema> {
  return value({
    expected: 'a JSON Schema object',
    schema: { type: 'object', $ref: 'https://json-schema.org/draft/2020-12/schema', ...more },
    code: 'SCHEMA_INVALID',
    convert: (found) => (isObject(found) ? found : undefined),
    hint: (found) =>
      Array.isArray(found) && found.length === 0
        ? 'write {}'
        : found === null
          ? 'leave it out'
          : null,
  });
}

const named = schemaObject({ properties: { type: { const: 'object' } } });

const hints = table(
  {
    readOnly: maybe(flag, 'It changes nothing'),
    destructive: maybe(flag, "What it changes can't be restored"),
    idempotent: maybe(flag, 'The same call again changes nothing more'),
  },
  'an object of true and false',
  { open: true },
);

const spec = table(
  {
    description: required(
      string('text that is not blank', /\S/),
      'What the tool does, for people and models',
      'say in a sentence what the tool does',
    ),
    parameters: maybe(named, 'JSON Schema of the arguments; absent: any object'),
    output: maybe(schemaObject(), 'JSON Schema of the reply; published, not enforced'),
    result: maybe(
      oneOf(['data', 'content']),
      'What a reply is: any JSON value, or a list of texts, pictures and the like; absent: data',
    ),
    guideline: maybe(string('text'), 'How to use it well; goes into the system prompt of a model'),
    permissions: optional(
      list(string('text that is not empty', /[\s\S]/), { expected: 'a list of texts' }),
      NONE,
      'What the tool needs; absent: nothing',
    ),
    hints: section(hints, 'What calling it does to the world; absent: unknown'),
    cache_ttl_ms: optional(
      wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a whole number of milliseconds, 0 for none'),
      0,
      'Milliseconds for which an answer may be reused; absent: 0, none',
    ),
    on_error: optional(flag, false, 'The handler answers the method on_error; absent: false'),
  },
  'an object: {"description": "...", "parameters": {...}}',
  { open: true },
);

/** Something that a person, a program or a model can call by name. */
export const toolDefinition: KindDefinition<ToolSpec, Read<typeof spec>> = {
  kind: 'tool',
  names: 'unique',
  caseCounts: true,
  methods: ['invoke', 'on_error'],
  registrar: {
    member: 'registerTool',
    adapt: (given, code) => ({ spec: recovers(code) ? { ...given, on_error: true } : given, code }),
  },
  spec,
  rules: {
    if: { properties: { cache_ttl_ms: { minimum: 1 } }, required: ['cache_ttl_ms'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        hints: { properties: { idempotent: { const: true } }, required: ['idempotent'] },
      },
      required: ['hints'],
    },
    not: { properties: { result: { const: 'content' } }, required: ['result', 'output'] },
  },
  check(read, context) {
    const { output, guideline } = read;
    const patterns = patternsOf(context.plugin);
    const { parameters, expanded } = judgedParameters(read.parameters, patterns, context);
    if (read.result === 'content' && output !== undefined) {
      context.refuse(
        '/output',
        'a tool whose "result" is "content" has no "output"; leave one out',
      );
    }
    refuseUselessCache(read.cache_ttl_ms, read.hints?.idempotent, context);
    // Key by key, since there are many tools and a spread takes longer than the rest of it.
    const made: { -readonly [K in keyof ToolSpec]: ToolSpec[K] | undefined } = {
      description: read.description,
      parameters,
      permissions: read.permissions,
      hints: read.hints,
      cacheTtlMs: read.cache_ttl_ms,
      onError: read.on_error,
      patterns,
      expanded,
    };
    if (output !== undefined) made.output = published(output, context);
    if (read.result === 'content') made.result = 'content';
    if (guideline !== undefined) made.guideline = guideline;
    return Object.freeze(made);
  },
};

function recovers(code: unknown): boolean {
  return typeof code === 'object' && code !== null && Reflect.get(code, 'on_error') !== undefined;
}

/** The parameters in the words of 2020-12, frozen, and how far their references expand. */
function judgedParameters(
  schema: JsonSchema | undefined,
  patterns: PatternEngine,
  context: SpecContext,
): { readonly parameters: JsonSchema; readonly expanded: number } {
  if (schema === undefined) return { parameters: ANY_OBJECT, expanded: 1 };
  const { schema: modern, faults, oddities, expanded } = checkSchema(schema, patterns);
  if (faults.length > 0) {
    for (const { path, message } of faults) {
      context.refuse(`/parameters${path}`, message, { code: 'SCHEMA_INVALID' });
    }
  }
  if (oddities.length > 0) warnOf(oddities, '/parameters', context);
  const parameters = completed(modern as JsonSchema, context);
  freezeDeep(parameters);
  return { parameters, expanded };
}

/** The schema of the reply, which nothing is held against: what is wrong with it is a warning. */
function published(schema: JsonSchema, context: SpecContext): JsonSchema {
  const { schema: modern, faults, oddities } = checkSchema(schema, 'guarded');
  warnOf([...faults, ...oddities], '/output', context);
  const shown = faults.length > 0 ? schema : (modern as JsonSchema);
  freezeDeep(shown);
  return shown;
}

function warnOf(odd: readonly SchemaFault[], place: string, { warn }: SpecContext): void {
  for (const { path, message } of odd.slice(0, WARNINGS)) {
    warn(place + path, `at ${place}${path}: ${message}`);
  }
}

/** A plugin that is not trusted may use no pattern that can block. */
function patternsOf({ trust }: RegisteredPlugin): PatternEngine {
  return trust === 'trusted' ? 'guarded' : 'linear';
}

/** Arguments are an object always, so a schema that leaves `type` out, or lets null through, is completed. */
function completed(schema: JsonSchema, { refuse }: SpecContext): JsonSchema {
  const { type } = schema;
  if (type === 'object') return schema;
  if (type === undefined) return { type: 'object', ...schema };
  if (Array.isArray(type) && type.includes('object')) return { ...schema, type: 'object' };
  refuse('/parameters/type', 'arguments are named, so "type" must be "object"', {
    code: 'SCHEMA_INVALID',
    expected: 'object',
    found: textOrType(type),
  });
  return schema;
}

function refuseUselessCache(
  ttl: number | undefined,
  idempotent: boolean | undefined,
  { refuse }: SpecContext,
): void {
  if (ttl === undefined || ttl === 0 || idempotent === true) return;
  refuse('/cache_ttl_ms', 'answers are kept only of a tool whose hints say "idempotent": true');
}
