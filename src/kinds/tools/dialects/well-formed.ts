import { isObject } from '../../../base/json/index.js';

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isFlag: Test = (value) => typeof value === 'boolean';
const isNumber: Test = (value) => typeof value === 'number';
const isCount: Test = (value) => Number.isInteger(value) && (value as number) >= 0;
const isList: Test = (value) => Array.isArray(value);
const isFullList: Test = (value) => Array.isArray(value) && value.length > 0;
const isSchema: Test = (value) => isObject(value) || isFlag(value);
const isNames: Test = (value) => Array.isArray(value) && value.every(isText);
const TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
const isType: Test = (value) => {
  const types = [value].flat();
  return types.length > 0 && types.every((type) => TYPES.includes(type as string));
};

const TESTS: readonly (readonly [Test, readonly string[]])[] = [
  [isText, ['$schema', '$id', '$anchor', '$ref', '$comment', 'title', 'description', 'format']],
  [isText, ['pattern', 'contentEncoding', 'contentMediaType']],
  [isFlag, ['uniqueItems', 'deprecated', 'readOnly', 'writeOnly']],
  [isNumber, ['multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']],
  [isCount, ['minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains']],
  [isCount, ['minProperties', 'maxProperties']],
  [isList, ['examples']],
  [isFullList, ['enum', 'allOf', 'anyOf', 'oneOf', 'prefixItems']],
  [isNames, ['required']],
  [isObject, ['properties', 'patternProperties', 'dependentSchemas', 'dependentRequired']],
  [isObject, ['$defs', 'definitions']],
  [isSchema, ['not', 'if', 'then', 'else', 'items', 'contains', 'additionalProperties']],
  [isSchema, ['propertyNames', 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema']],
  [isType, ['type']],
];

const BY_KEYWORD: ReadonlyMap<string, Test> = new Map(
  TESTS.flatMap(([test, keywords]) => keywords.map((keyword): [string, Test] => [keyword, test])),
);

/**
 * Whether a keyword has a value of the kind that 2020-12 gives it. The host lets odd ones be that only
 * describe, such as a description that is null; a model API may refuse the whole request for them.
 */
export function isWellFormed(keyword: string, value: unknown): boolean {
  return BY_KEYWORD.get(keyword)?.(value) ?? true;
}
