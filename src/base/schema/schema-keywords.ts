import { isObject } from '../json/index.js';
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

/** Says what is wrong with the value of a keyword, or null. */
type Rule = (value: unknown, patterns: PatternEngine) => string | null;

const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

const isName = (value: unknown) => typeof value === 'string';
const isFiniteNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

function must(be: string, test: (value: unknown) => boolean): Rule {
  return (value) => (test(value) ? null : `must be ${be}`);
}

function distinct(values: unknown[]): boolean {
  return new Set(values).size === values.length;
}

const TEXT = must('text', isName);
const BOOLEAN = must('true or false', (value) => typeof value === 'boolean');
const NUMBER = must('a number', isFiniteNumber);
const COUNT = must(
  'a whole number from 0 up',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
const NAMES = must(
  'a list of texts, none twice',
  (value) => Array.isArray(value) && value.every(isName) && distinct(value),
);

function instead(hint: string): Rule {
  return () => `is not a keyword here; ${hint}`;
}

/** Keywords without schemas in them that a value is held against, or that lead somewhere. */
export const ASSERTIONS: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'type',
    must(`one of ${TYPES.join(', ')}, or a list of them, none twice`, (value) => {
      const types = Array.isArray(value) ? value : [value];
      return types.length > 0 && distinct(types) && types.every((type) => TYPES.includes(type));
    }),
  ],
  ['const', () => null],
  ['enum', must('a list with at least one value', (v) => Array.isArray(v) && v.length > 0)],
  ['multipleOf', must('a number above 0', (v) => isFiniteNumber(v) && (v as number) > 0)],
  ['maximum', NUMBER],
  ['minimum', NUMBER],
  ['exclusiveMaximum', NUMBER],
  ['exclusiveMinimum', NUMBER],
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
        Object.values(value).every((names) => NAMES(names, 'native') === null),
    ),
  ],
  [
    'pattern',
    (value, patterns) =>
      typeof value === 'string' ? patternProblem(value, patterns) : 'must be text',
  ],
  ['$anchor', must('a name', (v) => typeof v === 'string' && /^[A-Za-z_][-A-Za-z0-9._]*$/.test(v))],
]);

/** Keywords that describe. Keywords in none of these tables mean nothing and are let be. */
export const ANNOTATIONS: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['$comment', TEXT],
  ['title', TEXT],
  ['description', TEXT],
  ['format', TEXT],
  ['contentEncoding', TEXT],
  ['contentMediaType', TEXT],
  ['deprecated', BOOLEAN],
  ['readOnly', BOOLEAN],
  ['writeOnly', BOOLEAN],
  ['examples', must('a list', Array.isArray)],
]);

/** Keywords of other dialects. Letting them be would check less than their author thinks. */
export const REFUSED: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['$dynamicRef', instead('write "$ref"')],
  ['$dynamicAnchor', instead('write "$anchor"')],
  ['$recursiveRef', instead('write "$ref"')],
  ['$recursiveAnchor', instead('write "$anchor"')],
  ['$async', instead('schemas are checked at once')],
  ['additionalItems', instead('write "prefixItems" for the first ones and "items" for the rest')],
  ['dependencies', instead('write "dependentRequired" or "dependentSchemas"')],
  ['nullable', instead('write "type": ["string", "null"] for a text that may be null')],
  ['id', instead('write "$id", at the root')],
]);

/** Dialects whose differences from 2020-12 are all refused by the rules above. */
export const DIALECTS: ReadonlySet<string> = new Set([
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2019-09/schema',
  'http://json-schema.org/draft-07/schema',
  'http://json-schema.org/draft-06/schema',
]);
