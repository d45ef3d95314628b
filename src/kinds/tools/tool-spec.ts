import type { RawRegistration } from '../../abi/index.js';
import { freezeDeep, isObject, pointerTo } from '../../base/json/index.js';
import type { PatternEngine } from '../../base/schema/index.js';
import { checkSchema, type JsonSchema, readSpecObject } from '../../base/schema/index.js';
import { textOrType, unknownKeyText } from '../../base/text/index.js';
import type { ParsedSpec, RegisteredPlugin, SpecProblem } from '../../registry/index.js';

/** What calling a tool does to the world, as far as its author says. */
export interface ToolHints {
  readonly readOnly?: boolean;
  readonly destructive?: boolean;
  readonly idempotent?: boolean;
}

/** The spec of a tool after it was judged; frozen all the way down. */
export interface ToolSpec {
  readonly description: string;
  /** The schema of the arguments; always of type object. */
  readonly parameters: JsonSchema;
  /** The schema of `data`; published, not enforced. */
  readonly output?: JsonSchema;
  /** How to use the tool well; goes into the system prompt of a model. */
  readonly guideline?: string;
  /** Permissions that the tool needs. */
  readonly permissions: readonly string[];
  readonly hints: ToolHints;
  /** Milliseconds for which an answer may be given again; 0: it is never kept. */
  readonly cacheTtlMs: number;
  /** Its handler is asked what to do about a failure: the method on_error. */
  readonly onError: boolean;
  /** The engine for patterns of `parameters`. */
  readonly patterns: PatternEngine;
  /** How many of the schemas in `parameters` one value may be held against. */
  readonly expanded: number;
}

const KEYS = [
  'description',
  'parameters',
  'output',
  'guideline',
  'permissions',
  'hints',
  'cache_ttl_ms',
  'on_error',
];
const HINTS = ['readOnly', 'destructive', 'idempotent'];

/**
 * Reads the spec of a tool: `description` (required), `parameters`, `output` (JSON Schemas of
 * 2020-12), `guideline`, `permissions`, `hints`, `cache_ttl_ms`, `on_error`. Everything that is
 * wrong is reported at once; a key that is not known is a warning that names the nearest one.
 */
export function parseToolSpec(
  raw: RawRegistration,
  plugin: RegisteredPlugin,
): ParsedSpec<ToolSpec> {
  return new ToolSpecReader(plugin.trust === 'trusted' ? 'native' : 'linear').read(raw.spec);
}

class ToolSpecReader {
  readonly #problems: SpecProblem[] = [];
  readonly #warnings: SpecProblem[] = [];
  readonly #patterns: PatternEngine;

  constructor(patterns: PatternEngine) {
    this.#patterns = patterns;
  }

  read(text: string): ParsedSpec<ToolSpec> {
    const spec = this.#object(text);
    this.#unknownKeys(spec, KEYS, '');
    const { schema: parameters, expanded } = this.#parameters(spec.parameters);
    const output = this.#output(spec.output);
    const guideline = this.#text(spec.guideline, '/guideline', false);
    const made: { -readonly [key in keyof ToolSpec]: ToolSpec[key] } = {
      description: this.#text(spec.description, '/description', true) ?? '',
      parameters,
      permissions: this.#permissions(spec.permissions),
      hints: this.#hints(spec.hints),
      cacheTtlMs: this.#cacheTtl(spec),
      onError: this.#onError(spec.on_error),
      patterns: this.#patterns,
      expanded,
    };
    if (output !== undefined) made.output = output;
    if (guideline !== undefined) made.guideline = guideline;
    return {
      spec: this.#problems.length === 0 ? frozen(made) : made,
      problems: this.#problems,
      warnings: this.#warnings,
    };
  }

  #object(text: string): Record<string, unknown> {
    const spec = readSpecObject(text, '{"description": "...", "parameters": {...}}');
    if (typeof spec !== 'string') return spec;
    this.#problem('', spec);
    return { description: 'unread' };
  }

  #text(value: unknown, path: string, required: boolean): string | undefined {
    if (typeof value === 'string' && (value.trim() !== '' || !required)) return value;
    const key = path.slice(1);
    if (value === undefined) {
      if (required) {
        this.#problem(path, `"${key}" is missing; say in a sentence what the tool does`);
      }
    } else if (typeof value === 'string') this.#problem(path, `"${key}" is empty`);
    else this.#problem(path, `"${key}" must be text`, 'string', value);
    return undefined;
  }

  /** Arguments are an object always, so a schema that leaves `type` out is completed. */
  #parameters(value: unknown): { schema: JsonSchema; expanded: number } {
    if (value === undefined) return { schema: { type: 'object' }, expanded: 1 };
    if (!isObject(value)) {
      const message = '"parameters" must be a JSON Schema object';
      this.#problem('/parameters', message, 'object', value, 'SCHEMA_INVALID');
      return { schema: {}, expanded: 0 };
    }
    const expanded = this.#schema(value, '/parameters');
    if (value.type === undefined) return { schema: { type: 'object', ...value }, expanded };
    if (value.type !== 'object') {
      const message = 'arguments are named, so "type" must be "object"';
      this.#problem('/parameters/type', message, 'object', value.type, 'SCHEMA_INVALID');
    }
    return { schema: value, expanded };
  }

  #output(value: unknown): JsonSchema | undefined {
    if (value === undefined) return undefined;
    if (isObject(value)) {
      this.#schema(value, '/output');
      return value;
    }
    const message = '"output" must be a JSON Schema object';
    this.#problem('/output', message, 'object', value, 'SCHEMA_INVALID');
    return undefined;
  }

  #schema(schema: JsonSchema, path: string): number {
    const { faults, expanded } = checkSchema(schema, this.#patterns);
    for (const fault of faults) {
      this.#problems.push({
        code: 'SCHEMA_INVALID',
        path: path + fault.path,
        message: fault.message,
      });
    }
    return expanded;
  }

  #permissions(value: unknown): readonly string[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.#problem('/permissions', '"permissions" must be a list of texts', 'array', value);
      return [];
    }
    return value.filter((permission, i) => {
      if (typeof permission === 'string' && permission !== '') return true;
      const path = pointerTo('/permissions', i);
      this.#problem(path, 'a permission must be text', 'string', permission);
      return false;
    });
  }

  #hints(value: unknown): ToolHints {
    if (value === undefined) return {};
    if (!isObject(value)) {
      this.#problem('/hints', '"hints" must be an object of true and false', 'object', value);
      return {};
    }
    this.#unknownKeys(value, HINTS, '/hints');
    for (const hint of HINTS) {
      const said = value[hint];
      if (said === undefined || typeof said === 'boolean') continue;
      this.#problem(pointerTo('/hints', hint), `"${hint}" must be true or false`, 'boolean', said);
    }
    return Object.fromEntries(HINTS.filter((hint) => hint in value).map((h) => [h, value[h]]));
  }

  #cacheTtl({ cache_ttl_ms: ttl = 0, hints }: Record<string, unknown>): number {
    const path = '/cache_ttl_ms';
    if (!(Number.isSafeInteger(ttl) && (ttl as number) >= 0)) {
      const message = '"cache_ttl_ms" must be a whole number of milliseconds, 0 for none';
      this.#problem(path, message, 'integer', ttl);
      return 0;
    }
    if (ttl !== 0 && !(isObject(hints) && hints.idempotent === true)) {
      const message = 'answers are kept only of a tool whose hints say "idempotent": true';
      this.#problem(path, message);
    }
    return ttl as number;
  }

  #onError(value: unknown): boolean {
    if (value === undefined || typeof value === 'boolean') return value === true;
    this.#problem('/on_error', '"on_error" must be true or false', 'boolean', value);
    return false;
  }

  #unknownKeys(object: object, known: readonly string[], path: string): void {
    for (const key of Object.keys(object)) {
      if (known.includes(key)) continue;
      this.#warnings.push({
        code: 'REGISTRATION_INVALID',
        path: pointerTo(path, key),
        message: unknownKeyText(key, known),
      });
    }
  }

  #problem(
    path: string,
    message: string,
    expected?: string,
    found?: unknown,
    code: SpecProblem['code'] = 'REGISTRATION_INVALID',
  ): void {
    this.#problems.push({
      code,
      path,
      message,
      ...(expected !== undefined && { expected }),
      ...(found !== undefined && { found: textOrType(found) }),
    });
  }
}

/** Frozen all the way down; by hand where that is not far, since there are many tools. */
function frozen(spec: ToolSpec): ToolSpec {
  freezeDeep(spec.parameters);
  if (spec.output !== undefined) freezeDeep(spec.output);
  Object.freeze(spec.permissions);
  Object.freeze(spec.hints);
  return Object.freeze(spec);
}
