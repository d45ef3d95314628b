import { isDeeperThan, isObject, JSON_DEPTH_LIMIT } from './json-schema.js';

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
  // Most have so few brackets that nobody has to look at what they hold.
  if (hasMore(text, JSON_DEPTH_LIMIT) && isDeeperThan(value, JSON_DEPTH_LIMIT)) {
    return `the spec nests deeper than ${JSON_DEPTH_LIMIT} levels`;
  }
  return value;
}

/** Whether more than so many arrays and objects could begin in a JSON text. */
function hasMore(text: string, limit: number): boolean {
  let left = limit;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (left-- === 0) return true;
    }
  }
  return false;
}
