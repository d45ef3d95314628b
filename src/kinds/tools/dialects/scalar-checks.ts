import { isObject, jsonText } from '../../../base/json/index.js';
import type { JsonType } from './allowed-types.js';
import type { DialectTable } from './dialect-table.js';
import type { Drops } from './drops.js';
import type { Checks } from './outline.js';
import { patternRefusal } from './refused-patterns.js';
import type { Part, SchemaDocument } from './schema-document.js';

/** Keywords with a number or a text, by the types that they are about. */
const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'format'],
  array: ['minItems', 'maxItems'],
  object: ['minProperties', 'maxProperties'],
};

const AT_LEAST = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const AT_MOST = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];

/** Keywords that are handled where outlines are made, or that say nothing about values. */
const ELSEWHERE = new Set([
  ...['type', 'enum', 'const', 'allOf', 'anyOf', 'oneOf', '$ref', '$defs', 'definitions'],
  ...['properties', 'required', 'additionalProperties', 'items', 'prefixItems'],
  ...['title', 'description', '$schema', '$id', '$anchor', '$comment'],
]);

/** What a dialect takes of the keywords of several schemas that all hold. */
export class ScalarChecks {
  readonly #document: SchemaDocument;
  readonly #table: DialectTable;
  readonly #drops: Drops;

  constructor(document: SchemaDocument, table: DialectTable, drops: Drops) {
    this.#document = document;
    this.#table = table;
    this.#drops = drops;
  }

  /** The checks of a type; where several schemas have a keyword, the strictest value. */
  of(type: JsonType, parts: readonly Part[]): Checks {
    const checks = new Map<string, unknown>();
    for (const keyword of BY_TYPE[type === 'integer' ? 'number' : type] ?? []) {
      for (const part of parts) {
        const value = this.#document.keywords(part).get(keyword);
        if (value === undefined || this.#refusal(keyword, value, type) !== null) continue;
        const before = checks.get(keyword);
        if (before === undefined) checks.set(keyword, value);
        else if (AT_LEAST.includes(keyword)) {
          checks.set(keyword, Math.max(before as number, value as number));
        } else if (AT_MOST.includes(keyword)) {
          checks.set(keyword, Math.min(before as number, value as number));
        } else if (before !== value) {
          this.#drops.add(
            part.path,
            keyword,
            'a schema has it once, and another one holds here too',
          );
        }
      }
    }
    return checks;
  }

  /**
   * Lists what is dropped of schemas.
   * @param types that the value may be of; null: any, so it is sent as JSON text
   * @returns the dropped keywords with their values, for a model to read
   */
  drop(parts: readonly Part[], types: readonly JsonType[] | null): string[] {
    const said: string[] = [];
    for (const part of parts) {
      for (const [keyword, value] of this.#document.keywords(part)) {
        if (ELSEWHERE.has(keyword)) continue;
        const about = (types ?? []).filter((type) => this.#isAbout(keyword, type));
        // A keyword about no type that is possible here asks nothing.
        if (types !== null && isTyped(keyword) && about.length === 0) continue;
        const refusals = about.map((type) => this.#refusal(keyword, value, type));
        const reason = about.length === 0 ? this.#unknown(types) : refusals.find(Boolean);
        if (reason === null || reason === undefined) continue;
        this.#drops.add(part.path, keyword, reason);
        if (!isObject(value)) said.push(`${keyword}: ${jsonText(value)}`);
      }
    }
    return said;
  }

  #unknown(types: readonly JsonType[] | null): string {
    if (types === null) return 'a value of any type is sent as JSON text';
    return `${this.#table.dialect} does not have this keyword`;
  }

  #isAbout(keyword: string, type: JsonType): boolean {
    return (BY_TYPE[type === 'integer' ? 'number' : type] ?? []).includes(keyword);
  }

  #refusal(keyword: string, value: unknown, type: JsonType): string | null {
    const { keywords, formats, anyPattern } = this.#table;
    if (keywords.value !== null && !keywords.value.includes(keyword)) return this.#unknown([]);
    if (keyword === 'pattern') return patternRefusal(String(value), anyPattern.value);
    if (keyword !== 'format' || formats.value === null) return null;
    if (formats.value[type]?.includes(String(value))) return null;
    return `${this.#table.dialect} does not have this format`;
  }
}

function isTyped(keyword: string): boolean {
  return Object.values(BY_TYPE).some((keywords) => keywords.includes(keyword));
}
