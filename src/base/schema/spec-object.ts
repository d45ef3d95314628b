import { isObject, isTextDeeperThan, SPEC_DEPTH } from '../json/index.js';

/**
 * The object that the JSON text of a spec says.
 * @param example of such an object, to be shown
 * @returns what is wrong instead, in words, when it says none or nests too deep
 */
export function readSpecObject(text: string, example: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `the spec is not JSON: ${(error as Error).message}`;
  }
  if (!isObject(value)) return `the spec must be an object: ${example}`;
  if (isTextDeeperThan(text, SPEC_DEPTH)) {
    return `the spec nests deeper than ${SPEC_DEPTH} levels`;
  }
  return value;
}
