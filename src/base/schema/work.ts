import type { CodeKeywordDefinition } from 'ajv/dist/2020.js';
import { isObject } from '../json/index.js';
import type { SchemaError } from './schema-error.js';

/** Stands in schemas that are applied to many values. No schema of a plugin has it: it is removed there. */
export const WORK_KEYWORD = '$work';

/** What one value costs that a schema is applied to, in steps. */
export interface Weights {
  /** Of any value. */
  readonly enter: number;
  /** Of each element of an array. */
  readonly items: number;
  /** Of each member of an object. */
  readonly members: number;
}

// A step takes some 10 ns. A value needs few for each byte; more comes of alternatives that are tried inside
// each other (twice at each level is a million at 20 levels), or of a thousand schemas for each element.
const STEPS_BASE = 1_000_000;
const STEPS_EACH_BYTE = 64;
const STEPS_MOST = 60_000_000;

/** Counts the steps of a validation, and ends it when they are too many. */
export class Work {
  #left = 0;
  #limit = 0;

  /** @param bytes of the JSON text of the value */
  begin(bytes: number): void {
    this.#limit = Math.min(STEPS_BASE + STEPS_EACH_BYTE * bytes, STEPS_MOST);
    this.#left = this.#limit;
  }

  /** @throws TooMuchWork */
  charge(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchWork();
  }

  /** What stands for the faults of a value that was too much work. */
  get fault(): SchemaError {
    const message = `takes more than ${this.#limit} steps to check: send less, or in a simpler form`;
    return { keyword: WORK_KEYWORD, instancePath: '', params: { limit: this.#limit }, message };
  }

  /** Counts before the work is done, in as little code as can be: V8 leaves large functions unoptimized. */
  keyword({ _ }: Pick<typeof import('ajv/dist/2020.js'), '_'>): CodeKeywordDefinition {
    const ref = { charge: (steps: number) => this.charge(steps), membersOf };
    return {
      keyword: WORK_KEYWORD,
      before: '$ref',
      schemaType: 'object',
      code({ gen, data, schema }) {
        const { enter, items, members } = schema as Weights;
        const charge = gen.scopeValue('func', { ref: ref.charge });
        if (enter > 0) gen.code(_`${charge}(${enter})`);
        if (items > 0) {
          const isArray = _`Array.isArray(${data})`;
          gen.if(isArray, () => gen.code(_`${charge}(${items} * ${data}.length)`));
        }
        if (members === 0) return;
        const count = gen.scopeValue('func', { ref: ref.membersOf });
        gen.code(_`${charge}(${members} * ${count}(${data}))`);
      },
    };
  }
}

function membersOf(value: unknown): number {
  return isObject(value) ? Object.keys(value).length : 0;
}

export class TooMuchWork extends Error {}
