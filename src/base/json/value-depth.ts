import { isNested } from './is-object.js';

/**
 * Whether a value has more than `limit` levels of arrays and objects. Goes no deeper
 * itself, so that it ends for what contains itself too.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
  return isNested(value) && nestsDeeper(value, limit - 1);
}

/** Called for objects only: most of what stands in JSON is none. */
function nestsDeeper(value: object, limit: number): boolean {
  if (limit < 0) return true;
  const members = Array.isArray(value) ? value : Object.values(value);
  for (let i = 0; i < members.length; i++) {
    const member: unknown = members[i];
    if (isNested(member) && nestsDeeper(member, limit - 1)) return true;
  }
  return false;
}
