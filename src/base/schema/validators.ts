import { createHash } from 'node:crypto';
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { JsonSchema } from './json-schema.js';
import type { PatternEngine } from './patterns.js';
import { type CompiledSchema, compileSchema } from './schema-compiler.js';
import { type ArgumentFault, toFault } from './validation-fault.js';

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
export type Validate<F = ArgumentFault> = (value: unknown, bytes: number) => readonly F[] | null;

/** Makes a fault of what ajv says about `value`. */
export type FaultOf<F> = (value: unknown) => (error: ErrorObject) => F;

// Values times schemas: below this, all faults can be gathered in a moment and little memory.
const GATHER_LIMIT = 1_000_000;
const FAULTS_SHOWN = 20;
// Schemas that a host keeps compiled; more than any set of plugins has that fits in a prompt.
const CACHE_LIMIT = 4_096;

/**
 * Compiled schemas by their hash, so that equal ones (a reloaded plugin, several tenants) compile
 * once. Nothing is compiled before it is asked for.
 */
export class Validators<F = ArgumentFault> {
  readonly #cache = new Map<string, Validate<F>>();
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
    const hash = createHash('sha256').update(JSON.stringify(source.schema)).digest('base64');
    const key = `${source.patterns}:${hash}`;
    const known = this.#cache.get(key);
    if (known) return known;
    const validate = makeValidate(source, this.#faultOf);
    if (this.#cache.size >= CACHE_LIMIT) {
      const oldest = this.#cache.keys().next();
      if (!oldest.done) this.#cache.delete(oldest.value);
    }
    this.#cache.set(key, validate);
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
  return (value, bytes) => {
    const errors = first(value);
    if (errors === null) return null;
    if (bytes * expanded > GATHER_LIMIT) return errors.slice(0, FAULTS_SHOWN).map(faultOf(value));
    all ??= compileSchema(schema, patterns, true);
    return (all(value) ?? errors).slice(0, FAULTS_SHOWN).map(faultOf(value));
  };
}
