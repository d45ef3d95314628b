import type { FuncKeywordDefinition } from 'ajv/dist/2020.js';
import type { SchemaError } from './schema-error.js';

/** Stands in each schema that a reference leads to. No schema of a plugin has it: it is removed there. */
export const WORK_KEYWORD = '$work';

// A value is held against a referenced schema once for each of its parts. More than these for each byte
// comes of alternatives that are tried inside each other: twice at each level is a million at 20 levels.
const STEPS_BASE = 100_000;
const STEPS_EACH_BYTE = 16;

/** Counts how often a validation enters schemas by reference, and ends it when that is too much. */
export class Work {
  #left = 0;
  #limit = 0;

  /** @param bytes of the JSON text of the value */
  begin(bytes: number): void {
    this.#limit = STEPS_BASE + STEPS_EACH_BYTE * bytes;
    this.#left = this.#limit;
  }

  /** What stands for the faults of a value that was too much work. */
  get fault(): SchemaError {
    const message = `takes more than ${this.#limit} steps to check: alternatives are tried inside each other`;
    return { keyword: WORK_KEYWORD, instancePath: '', params: { limit: this.#limit }, message };
  }

  readonly keyword: FuncKeywordDefinition = {
    keyword: WORK_KEYWORD,
    schemaType: 'boolean',
    errors: false,
    validate: () => {
      this.#left -= 1;
      if (this.#left < 0) throw new TooMuchWork();
      return true;
    },
  };
}

export class TooMuchWork extends Error {}
