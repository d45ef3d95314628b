import type { ErrorCode } from '../errors/index.js';
import type { JsonObject } from '../json/index.js';
import type { Place } from './shape.js';

// More is of no use to a reader, and a hostile document could hold a hundred thousand.
const MOST = 200;

/** A fault of a document, or something odd in it, before it is put into words. */
export interface Finding {
  /** null: the whole document. */
  readonly place: Place | null;
  /** What stands there; undefined: nothing does. */
  readonly value: unknown;
  /** What was found, in words, where the value itself does not say it. */
  readonly found: string | null;
  /** Completes "expected ...". */
  readonly expected: string;
  /** The type of JSON that was expected, where it is one. */
  readonly type: string | null;
  /** What more can be said. */
  readonly hint: string | null;
  readonly code: ErrorCode;
  /** The keys that may stand there, when the finding is that this one may not. */
  readonly known: readonly string[] | null;
}

interface Extra {
  /** The schema of what was expected. */
  readonly schema?: JsonObject;
  readonly hint?: string | null;
  readonly code?: ErrorCode;
}

/** Collects what a walk over one document finds; who began the walk puts it into words. */
export class Findings {
  /** In the order of the walk; at most 200. */
  readonly errors: readonly Finding[];
  /** As errors. */
  readonly warnings: readonly Finding[];
  readonly #code: ErrorCode;
  readonly #errors: Finding[] = [];
  readonly #warnings: Finding[] = [];

  /** @param code the code of a finding that names none */
  constructor(code: ErrorCode) {
    this.#code = code;
    this.errors = this.#errors;
    this.warnings = this.#warnings;
  }

  get failed(): boolean {
    return this.#errors.length > 0;
  }

  /** @param value what was found; undefined reads as "nothing" */
  error(place: Place | null, value: unknown, expected: string, extra: Extra = {}): void {
    this.#add(this.#errors, { place, value, expected }, extra);
  }

  /** @param found in words */
  warn(place: Place | null, found: string, expected: string, extra: Extra = {}): void {
    this.#add(this.#warnings, { place, value: undefined, found, expected }, extra);
  }

  /** A key that nothing reads. */
  unknownKey(place: Place, known: readonly string[]): void {
    this.#add(this.#warnings, { place, value: place.key, expected: 'a known key', known }, {});
  }

  #add(
    list: Finding[],
    finding: Pick<Finding, 'place' | 'value' | 'expected'> & Partial<Finding>,
    { hint = null, code = this.#code, schema = {} }: Extra,
  ): void {
    if (list.length >= MOST) return;
    const type = typeof schema.type === 'string' ? schema.type : null;
    list.push({ found: null, known: null, ...finding, type, hint, code });
  }
}
