import type { DialectTable } from './dialect-table.js';

/** How many schemas one definition may have. A recursive schema has no end otherwise. */
const MOST_SCHEMAS = 3_000;
const MOST_LEVELS = 32;

/** What may still be added to the schema of one tool. */
export class Budget {
  readonly depth: number;
  #schemas = MOST_SCHEMAS;
  #properties: number;
  #values: number;
  #characters: number;
  readonly #longEnum: number;
  readonly #longEnumCharacters: number;

  constructor({ limits }: DialectTable) {
    const limit = (name: string) => limits[name]?.value ?? Number.POSITIVE_INFINITY;
    this.depth = Math.min(limit('depth'), MOST_LEVELS);
    this.#properties = limit('properties');
    this.#values = limit('enumValues');
    this.#characters = limit('characters');
    this.#longEnum = limit('longEnum');
    this.#longEnumCharacters = limit('longEnumCharacters');
  }

  /** Takes as many schemas, unless there are not so many. */
  takeSchemas(count: number): boolean {
    if (count > this.#schemas) return false;
    this.#schemas -= count;
    return true;
  }

  takeProperties(names: readonly string[]): boolean {
    const characters = lengthOf(names);
    if (names.length > this.#properties || characters > this.#characters) return false;
    if (!this.takeSchemas(names.length)) return false;
    this.#properties -= names.length;
    this.#characters -= characters;
    return true;
  }

  takeDefinition(name: string): void {
    this.#characters -= name.length;
  }

  takeValues(values: readonly unknown[]): boolean {
    const characters = lengthOf(values.map(String));
    const isLong = values.length > this.#longEnum && characters > this.#longEnumCharacters;
    // An optional property has null as one value more.
    const count = values.length + 1;
    if (isLong || count > this.#values || characters > this.#characters) return false;
    this.#values -= count;
    this.#characters -= characters;
    return true;
  }
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
