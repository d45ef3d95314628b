import { freezeDeep, isObject, type JsonObject } from '../../base/json/index.js';
import { checkSchema, type JsonSchema, type PatternEngine } from '../../base/schema/index.js';
import {
  flag,
  list,
  maybe,
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

const NONE: readonly string[] = Object.freeze([]);
const ANY_OBJECT: JsonSchema = Object.freeze({ type: 'object' });

function schemaObject(more: JsonObject = {}): Shape<JsonSchema> {
  return value({
    expected: 'a JSON Schema object',
    schema: { type: 'object', $ref: 'https://json-schema.org/draft/2020-12/schema', ...more },
    code: 'SCHEMA_INVALID',
    convert: (found) => (isObject(found) ? found : undefined),
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
  },
  check(read, context) {
    const { parameters, output, guideline } = read;
    const expanded = parameters === undefined ? 1 : judged(parameters, '/parameters', context);
    if (output !== undefined) judged(output, '/output', context);
    refuseUselessCache(read.cache_ttl_ms, read.hints?.idempotent, context);
    // Key by key, since there are many tools and a spread takes longer than the rest of it.
    const made: { -readonly [K in keyof ToolSpec]: ToolSpec[K] | undefined } = {
      description: read.description,
      parameters: completed(parameters, context),
      permissions: read.permissions,
      hints: read.hints,
      cacheTtlMs: read.cache_ttl_ms,
      onError: read.on_error,
      patterns: patternsOf(context.plugin),
      expanded,
    };
    if (output !== undefined) made.output = output;
    if (guideline !== undefined) made.guideline = guideline;
    return Object.freeze(made);
  },
};

function recovers(code: unknown): boolean {
  return typeof code === 'object' && code !== null && Reflect.get(code, 'on_error') !== undefined;
}

/** Refuses what is wrong with a schema, and freezes it. @returns how far its references expand */
function judged(schema: JsonSchema, path: string, { plugin, refuse }: SpecContext): number {
  const { faults, expanded } = checkSchema(schema, patternsOf(plugin));
  for (const fault of faults) {
    refuse(path + fault.path, fault.message, { code: 'SCHEMA_INVALID' });
  }
  freezeDeep(schema);
  return expanded;
}

/** A plugin that is not trusted may use no pattern that can block. */
function patternsOf({ trust }: RegisteredPlugin): PatternEngine {
  return trust === 'trusted' ? 'native' : 'linear';
}

/** Arguments are an object always, so a schema that leaves `type` out is completed. */
function completed(schema: JsonSchema | undefined, context: SpecContext): JsonSchema {
  if (schema === undefined) return ANY_OBJECT;
  if (schema.type === undefined) return Object.freeze({ type: 'object', ...schema });
  if (schema.type !== 'object') {
    context.refuse('/parameters/type', 'arguments are named, so "type" must be "object"', {
      code: 'SCHEMA_INVALID',
      expected: 'object',
      found: textOrType(schema.type),
    });
  }
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
