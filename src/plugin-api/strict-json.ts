import { AisopodError } from '../errors/index.js';
import { JSON_DEPTH_LIMIT, pointerTo } from '../schema/index.js';

/**
 * A value as JSON text, where JSON.stringify() would leave something out or change it silently: a
 * function beside the data, a Map, NaN. Members that are undefined are left out.
 *
 * @param what names the value in messages
 * @throws AisopodError INVALID naming the place
 */
export function strictJson(value: unknown, what: string): string {
  let fault: string | null;
  try {
    fault = faultOf(value, '', 0);
  } catch (error) {
    fault = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (fault !== null) throw new AisopodError('INVALID', `${what} ${fault}`);
  return JSON.stringify(value);
}

/** The first thing that JSON can't say; a circle is as deep as can be. */
function faultOf(value: unknown, pointer: string, depth: number): string | null {
  const holds = (found: string) =>
    `holds ${found}${pointer === '' ? '' : ` at ${pointer}`}, which JSON cannot say`;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : holds(String(value));
  if (typeof value !== 'object')
    return holds(value === undefined ? 'undefined' : `a ${typeof value}`);
  if (depth === JSON_DEPTH_LIMIT) return `nests deeper than ${JSON_DEPTH_LIMIT} levels`;
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return faultOf(value.toJSON(''), pointer, depth + 1);
  }
  if (Array.isArray(value)) {
    // Also its holes, which forEach() would leave out.
    return firstFault(value.length, (i) => [i, value[i]], pointer, depth);
  }
  if (!isPlain(value)) return holds(`a ${value.constructor?.name || 'strange object'}`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return firstFault(members.length, (i) => members[i] as [string, unknown], pointer, depth);
}

function firstFault(
  count: number,
  member: (index: number) => readonly [string | number, unknown],
  pointer: string,
  depth: number,
): string | null {
  for (let i = 0; i < count; i++) {
    const [key, value] = member(i);
    const fault = faultOf(value, pointerTo(pointer, key), depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** Made by `{}`, in this realm or another. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
