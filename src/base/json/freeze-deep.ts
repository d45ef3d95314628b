import { isNested } from './is-object.js';

/** Freezes plain JSON data all the way down; `value` must have passed isDeeperThan(). */
export function freezeDeep<T>(value: T): T {
  if (!isNested(value)) return value;
  for (const key in value) if (isNested(value[key])) freezeDeep(value[key]);
  return Object.freeze(value);
}
