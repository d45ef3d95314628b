// Deeper than people nest; what is deeper gets a closer look.
const DEPTH = 32;

const { hasOwnProperty: owns } = Object.prototype;

/**
 * True when JSON.stringify() loses and changes nothing of a value but halves of surrogate pairs.
 * False decides nothing. Quick: it has no place to tell.
 */
export function isPlain(value: unknown, depth = DEPTH): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isPlain(value[i], depth - 1)) return false;
    return Object.getPrototypeOf(value) === Array.prototype;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    if (!isPlain((value as Record<string, unknown>)[key], depth - 1)) return false;
  }
  return true;
}

/**
 * Copies a value that isPlain(), reading each member of it once: a getter or a proxy may answer otherwise
 * when it is read again.
 * @returns undefined when the value is not plain, or not sure to be
 */
export function plainCopy(value: unknown, depth = DEPTH): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null) return null;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return copyOfArray(value, depth - 1);
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    // Of the copy, that key would change the prototype.
    if (!owns.call(value, key) || key === '__proto__') return undefined;
    const member: unknown = value[key as never];
    // A call costs more than looking at what most members are.
    const own = typeof member === 'string' ? member : plainCopy(member, depth - 1);
    if (own === undefined) return undefined;
    copy[key] = own;
  }
  return copy;
}

function copyOfArray(array: readonly unknown[], depth: number): unknown[] | undefined {
  if (Object.getPrototypeOf(array) !== Array.prototype) return undefined;
  const copy: unknown[] = [];
  for (let i = 0; i < array.length; i++) {
    const element = plainCopy(array[i], depth);
    if (element === undefined) return undefined;
    copy.push(element);
  }
  return copy;
}
