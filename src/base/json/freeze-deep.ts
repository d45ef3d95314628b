/** Freezes plain JSON data all the way down; `value` must have passed isDeeperThan(). */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const key in value) {
    const each = value[key];
    // Asked here, since most values hold no others, and a call for each would take longer.
    if (typeof each === 'object' && each !== null) freezeDeep(each);
  }
  return Object.freeze(value);
}
