import { pointerTo } from './pointer.js';

/** How much of a value is refused. */
export interface ValueRules {
  /** Levels of arrays and objects that it may have. */
  readonly depth: number;
  /** Also refuse members that JSON.stringify() leaves out, except undefined, and objects of a class,
   *  of which it keeps the members only. */
  readonly strict: boolean;
}

/**
 * What JSON.stringify() would change or fail on in a value, as the end of a sentence, such as
 * `holds NaN at /rates/2, which JSON cannot say`; null: nothing. Goes the way that JSON.stringify()
 * goes: by toJSON(), and past members that it leaves out.
 */
export function valueFault(value: unknown, rules: ValueRules): string | null {
  let fault: Fault | null;
  try {
    fault = faultOf(value, '', 0, rules);
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (fault === null) return null;
  const { found, path } = fault;
  if (found === TOO_DEEP) return `nests deeper than ${rules.depth} levels`;
  const place = path.reduceRight<string>(pointerTo, '').toWellFormed();
  return `holds ${found}${place === '' ? '' : ` at ${place}`}, which JSON cannot say`;
}

interface Fault {
  readonly found: string;
  /** The keys that lead there, the innermost first. */
  readonly path: (string | number)[];
}

const TOO_DEEP = 'too many levels';
const HALF = 'half of a surrogate pair';

function faultOf(
  given: unknown,
  key: string | number,
  depth: number,
  rules: ValueRules,
): Fault | null {
  const value = asWritten(given, key);
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? null : holds(HALF);
    case 'number':
      return Number.isFinite(value) ? null : holds(String(value));
    case 'boolean':
      return null;
    case 'object':
      break;
    default:
      return holds(value === undefined ? 'undefined' : `a ${typeof value}`);
  }
  if (value === null) return null;
  if (depth === rules.depth) return holds(TOO_DEEP); // a circle does too
  if (Array.isArray(value)) return faultOfElements(value, depth, rules);
  if (rules.strict && !hasPlainPrototype(value)) {
    return holds(`a ${value.constructor?.name || 'strange object'}`);
  }
  return faultOfMembers(value, depth, rules);
}

function faultOfElements(
  array: readonly unknown[],
  depth: number,
  rules: ValueRules,
): Fault | null {
  // Also its holes, which forEach() would leave out.
  for (let i = 0; i < array.length; i++) {
    const fault = faultOf(array[i], i, depth + 1, rules);
    if (fault !== null) return within(fault, i);
  }
  return null;
}

function faultOfMembers(object: object, depth: number, rules: ValueRules): Fault | null {
  for (const key of Object.keys(object)) {
    const member: unknown = object[key as never];
    if (member === undefined || (!rules.strict && isLeftOut(member))) continue;
    const fault = faultOf(member, key, depth + 1, rules);
    if (fault !== null) return within(fault, key);
    if (!key.isWellFormed()) return within(holds(`${HALF} in a key`), key);
  }
  return null;
}

function holds(found: string): Fault {
  return { found, path: [] };
}

function within(fault: Fault, key: string | number): Fault {
  fault.path.push(key);
  return fault;
}

/** What JSON.stringify() takes instead of a value. */
function asWritten(value: unknown, key: string | number): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'bigint')) return value;
  const { toJSON } = value as { toJSON?: unknown };
  const said: unknown = typeof toJSON === 'function' ? toJSON.call(value, String(key)) : value;
  return said instanceof Number || said instanceof String || said instanceof Boolean
    ? said.valueOf()
    : said;
}

function isLeftOut(member: unknown): boolean {
  return typeof member === 'function' || typeof member === 'symbol';
}

/** Made by `{}`, in this realm or another. */
function hasPlainPrototype(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
