import { isObject } from '../json/index.js';
import { type Hint, namesHint, TYPES, typeHint, unquoted } from './keyword-hints.js';
import { type PatternEngine, patternProblem } from './patterns.js';

/** Where a keyword keeps schemas: is one, has a list of them, or a map. */
export type SchemaPlace = 'schema' | 'list' | 'map';

/**
 * Keywords that hold schemas. `inPlace`: they are held against the same value, so a circle of
 * them would never end. `definition`: they apply to nothing until something refers to them.
 */
export interface Applicator {
  readonly place: SchemaPlace;
  readonly use: 'inPlace' | 'below' | 'definition';
}

export const APPLICATORS: ReadonlyMap<string, Applicator> = new Map<string, Applicator>([
  ...entries('inPlace', 'list', ['allOf', 'anyOf', 'oneOf']),
  ...entries('inPlace', 'schema', ['not', 'if', 'then', 'else']),
  ...entries('inPlace', 'map', ['dependentSchemas']),
  ...entries('below', 'list', ['prefixItems']),
  ...entries('below', 'schema', [
    'items',
    'contains',
    'additionalProperties',
    'propertyNames',
    'unevaluatedItems',
    'unevaluatedProperties',
  ]),
  ...entries('below', 'map', ['properties', 'patternProperties']),
  ...entries('definition', 'map', ['$defs', 'definitions']),
  ...entries('definition', 'schema', ['contentSchema']),
]);

function entries(
  use: Applicator['use'],
  place: SchemaPlace,
  keywords: readonly string[],
): [string, Applicator][] {
  return keywords.map((keyword) => [keyword, { place, use }]);
}

/**
 * Says what is wrong with the value of a keyword, or null.
 * @param schema that the keyword stands in
 */
type Rule = (value: unknown, patterns: PatternEngine, schema: object) => string | null;

const isName = (value: unknown) => typeof value === 'string';
const isFiniteNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

function must(be: string, test: (value: unknown) => boolean, hint?: Hint): Rule {
  return (value, _, schema) => {
    if (test(value)) return null;
    const more = hint?.(value, schema) ?? null;
    return `must be ${be}${more === null ? '' : `; ${more}`}`;
  };
}

const BOOLEAN = must('true or false', (value) => typeof value === 'boolean', unquoted);
const NUMBER = must('a number', isFiniteNumber, unquoted);
const COUNT = must(
  'a whole number from 0 up',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  unquoted,
);
const NAMES = must(
  'a list of texts',
  (value) => Array.isArray(value) && value.every(isName),
  namesHint,
);

function bound(keyword: 'exclusiveMinimum' | 'exclusiveMaximum', other: string): Rule {
  return must('a number', isFiniteNumber, (value, schema) =>
    typeof value === 'boolean'
      ? `write "${keyword}": ${Reflect.get(schema, other) ?? 0} instead of "${other}"`
      : unquoted(value),
  );
}

function instead(hint: string): Rule {
  return () => `is not a keyword here; ${hint}`;
}

/** Keywords without schemas in them that a value is held against, or that lead somewhere. */
export const ASSERTIONS: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'type',
    must(
      `one of ${TYPES.join(', ')}, or a list of them`,
      (value) => {
        const types = Array.isArray(value) ? value : [value];
        return types.length > 0 && types.every((type) => TYPES.includes(type));
      },
      typeHint,
    ),
  ],
  ['const', () => null],
  ['enum', must('a list with at least one value', (v) => Array.isArray(v) && v.length > 0)],
  ['multipleOf', must('a number above 0', (v) => isFiniteNumber(v) && (v as number) > 0)],
  ['maximum', NUMBER],
  ['minimum', NUMBER],
  ['exclusiveMaximum', bound('exclusiveMaximum', 'maximum')],
  ['exclusiveMinimum', bound('exclusiveMinimum', 'minimum')],
  ['maxLength', COUNT],
  ['minLength', COUNT],
  ['maxItems', COUNT],
  ['minItems', COUNT],
  ['maxContains', COUNT],
  ['minContains', COUNT],
  ['maxProperties', COUNT],
  ['minProperties', COUNT],
  ['uniqueItems', BOOLEAN],
  ['required', NAMES],
  [
    'dependentRequired',
    must(
      'an object of lists of texts',
      (value) =>
        isObject(value) &&
        !Object.hasOwn(value, '__proto__') &&
        Object.values(value).every((names) => Array.isArray(names) && names.every(isName)),
    ),
  ],
  [
    'pattern',
    (value, patterns) =>
      typeof value === 'string' ? patternProblem(value, patterns) : 'must be text',
  ],
  ['$anchor', must('a name', (v) => typeof v === 'string' && /^[A-Za-z_][-A-Za-z0-9._]*$/.test(v))],
]);

/** What is wrong with an annotation, if anything, and what it is taken for then. */
interface Annotation {
  /** What it should be; null: it is that. */
  readonly problem: string | null;
  /** undefined: it is left out. */
  readonly mended?: unknown;
}

const FINE: Annotation = { problem: null };

const TEXT = (value: unknown): Annotation => {
  if (typeof value === 'string') return FINE;
  if (Array.isArray(value) && value.every(isName)) {
    return { problem: 'text', mended: value.join('\n') };
  }
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? { problem: 'text', mended: String(value) } : { problem: 'text' };
};

const FLAG = (value: unknown): Annotation => {
  if (typeof value === 'boolean') return FINE;
  const problem = 'true or false';
  const isText = typeof value === 'string' && value !== '';
  return isText ? { problem, mended: value.toLowerCase() !== 'false' } : { problem };
};

/** Keywords that describe. Keywords in none of these tables mean nothing and are left as they are. */
export const ANNOTATIONS: ReadonlyMap<string, (value: unknown) => Annotation> = new Map([
  ['$comment', TEXT],
  ['title', TEXT],
  ['description', TEXT],
  ['format', TEXT],
  ['contentEncoding', TEXT],
  ['contentMediaType', TEXT],
  ['deprecated', FLAG],
  ['readOnly', FLAG],
  ['writeOnly', FLAG],
  ['examples', (value) => (Array.isArray(value) ? FINE : { problem: 'a list', mended: [value] })],
]);

const DRAFT_07 = 'or write "$schema": "http://json-schema.org/draft-07/schema#" at the root';

/**
 * Keywords of other dialects that modernise() has left, since the schema does not say that it is of one of
 * them. Letting them be would check less than their author thinks.
 */
export const REFUSED: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['$dynamicRef', instead('write "$ref"')],
  ['$dynamicAnchor', instead('write "$anchor"')],
  ['$recursiveRef', instead('write "$ref"')],
  ['$async', instead('schemas are checked at once')],
  [
    'additionalItems',
    instead(`write "prefixItems" for the first ones and "items" for the rest, ${DRAFT_07}`),
  ],
  ['dependencies', instead(`write "dependentRequired" or "dependentSchemas", ${DRAFT_07}`)],
]);

/**
 * How a schema is read. `latest`: as one of 2020-12. `old`: items may be a list, and additionalItems and
 * dependencies are keywords. `draft-04`: so, and exclusiveMinimum is a boolean, and id the name of a schema.
 */
export type Dialect = 'latest' | 'old' | 'draft-04';

/** Dialects by their URIs, without scheme and `#`. */
export const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  ['json-schema.org/draft/2020-12/schema', 'latest'],
  ['json-schema.org/schema', 'latest'],
  ['spec.openapis.org/oas/3.1/dialect/base', 'latest'],
  ['json-schema.org/draft/2019-09/schema', 'old'],
  ['json-schema.org/draft-07/schema', 'old'],
  ['json-schema.org/draft-06/schema', 'old'],
  ['json-schema.org/draft-04/schema', 'draft-04'],
]);
