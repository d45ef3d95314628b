import { createHash } from 'node:crypto';
import { jsonText } from '../json/index.js';
import type { Answerer } from './guarded-patterns.js';
import type { JsonSchema } from './json-schema.js';
import type { PatternEngine } from './patterns.js';
import { type CompiledSchema, compileSchema } from './schema-compiler.js';
import type { SchemaError } from './schema-error.js';
import { type ArgumentFault, toFault } from './validation-fault.js';
import { WORK_KEYWORD } from './work.js';

/** What a validator is made from. */
export interface ValidatedSchema {
  readonly schema: JsonSchema;
  readonly patterns: PatternEngine;
  /** From checkSchema(): how many schemas one value may be held against. */
  readonly expanded: number;
}

/**
 * Holds a value against its schema.
 * @param bytes length of its JSON text
 * @returns null when it is good
 */
export interface Validate<F = ArgumentFault> {
  (value: unknown, bytes: number): readonly F[] | null;
  /**
   * Does the same, without holding the event loop, for a schema with patterns that RE2 can't run.
   * @param wantedMs asked before another thread begins: for how long the outcome still matters
   * @throws MatchTimeout after MATCH_MS
   */
  readonly beside?: (
    value: unknown,
    bytes: number,
    wantedMs: () => number,
  ) => Promise<readonly F[] | null>;
}

/** Makes a fault of what ajv says about `value`. */
export type FaultOf<F> = (value: unknown) => (error: SchemaError) => F;

// Values times schemas: below this, all faults can be gathered in a moment and little memory.
const GATHER_LIMIT = 1_000_000;
const FAULTS_SHOWN = 20;
// UTF-16 units of the schemas that a cache keeps compiled. Compiled, a schema takes about a hundred
// bytes for each of them. What is in use is kept by its user, however much that is.
const CACHE_LIMIT = 262_144;

/**
 * Compiled schemas by their hash, so that equal ones (a reloaded plugin, several tenants) compile
 * once. Nothing is compiled before it is asked for.
 */
export class Validators<F = ArgumentFault> {
  readonly #cache = new Map<string, { readonly validate: Validate<F>; readonly size: number }>();
  #size = 0;
  readonly #faultOf: FaultOf<F>;

  /** @param faultOf how faults are told; default: as those of the arguments of a call */
  constructor(...[faultOf]: F extends ArgumentFault ? [FaultOf<F>?] : [FaultOf<F>]) {
    this.#faultOf = faultOf ?? (toFault as unknown as FaultOf<F>);
  }

  /** How many are compiled and kept. */
  get size(): number {
    return this.#cache.size;
  }

  /**
   * The validator of a schema that checkSchema() found legal.
   * @throws Error when it cannot be compiled all the same
   */
  get(source: ValidatedSchema): Validate<F> {
    const text = jsonText(source.schema);
    const hash = createHash('sha256').update(text).digest('base64');
    const key = `${source.patterns}:${hash}`;
    const known = this.#cache.get(key);
    if (known) return known.validate;
    const validate = makeValidate(source, this.#faultOf);
    this.#cache.set(key, { validate, size: text.length });
    this.#size += text.length;
    for (const [oldest, { size }] of this.#cache) {
      if (this.#size <= CACHE_LIMIT) break;
      this.#cache.delete(oldest);
      this.#size -= size;
    }
    return validate;
  }
}

/**
 * A good value is what counts, so the validator that runs first stops at the first fault. For a bad
 * one another is compiled that gathers all, where value and schema are small enough for it.
 */
function makeValidate<F>(
  { schema, patterns, expanded }: ValidatedSchema,
  faultOf: FaultOf<F>,
): Validate<F> {
  const first = compileSchema(schema, patterns, false);
  let all: CompiledSchema | undefined;
  const shown = (value: unknown, errors: readonly SchemaError[]) =>
    errors.slice(0, FAULTS_SHOWN).map(faultOf(value));
  /** What gathers all faults of a bad value, where that can be done. */
  const gatherer = (bytes: number, [error]: readonly SchemaError[]) => {
    if (bytes * expanded > GATHER_LIMIT || error?.keyword === WORK_KEYWORD) return null;
    all ??= compileSchema(schema, patterns, true);
    return all;
  };
  const validate = (value: unknown, bytes: number) => {
    const errors = first.check(value, bytes);
    if (errors === null) return null;
    return shown(value, gatherer(bytes, errors)?.check(value, bytes) ?? errors);
  };
  const { checkBeside } = first;
  if (checkBeside === null) return validate;
  return Object.assign(validate, {
    async beside(value: unknown, bytes: number, wantedMs: () => number) {
      const { patternWorker } = await import('./pattern-worker.js');
      const answerer: Answerer = (questions, limitMs) =>
        patternWorker.answer(questions, limitMs, wantedMs);
      const errors = await checkBeside(value, bytes, answerer);
      if (errors === null) return null;
      const more = await gatherer(bytes, errors)?.checkBeside?.(value, bytes, answerer);
      return shown(value, more ?? errors);
    },
  });
}
