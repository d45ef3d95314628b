import { AisopodError } from '../errors/index.js';
import { hasMoreBrackets, JSON_DEPTH, SPEC_DEPTH } from './depth.js';
import { isPlain } from './is-plain.js';
import { JsonFault } from './json-fault.js';
import { valueFault } from './value-fault.js';

/**
 * The JSON text of a value. Members that are undefined are left out, as JSON.stringify() does; what
 * it would change otherwise is refused: NaN and Infinity, elements that JSON has no form for, half
 * of a surrogate pair. So are BigInts, circles and more than 512 levels.
 *
 * @throws JsonFault whose message is the end of a sentence: `holds NaN at /a, which JSON cannot say`
 */
export function writeJson(value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  // What was changed shows in the text: as null, or as an escape that only a half needs.
  if (text !== undefined && !text.includes('\\ud')) {
    const sure = !text.includes('null') && !hasMoreBrackets(text, JSON_DEPTH);
    if (sure || isPlain(value)) return text;
  }
  if (cause instanceof TypeError && cause.message.includes('circular')) {
    throw new JsonFault('contains itself', { cause });
  }
  const fault = valueFault(value, RULES);
  if (fault !== null) throw new JsonFault(fault, { cause });
  if (text === undefined) throw new JsonFault(`cannot be read: ${reasonOf(cause)}`, { cause });
  return text;
}

/**
 * The JSON text of a value, and what that text says.
 * @throws JsonFault
 */
export function writeAndRead(value: unknown): { readonly json: string; readonly said: unknown } {
  const json = writeJson(value);
  return { json, said: JSON.parse(json) };
}

/**
 * A spec as JSON text, also without what writeJson() leaves out: a function next to the data, the
 * entries of a Map. Members that are undefined are left out.
 *
 * @param what names the value in messages
 * @throws AisopodError INVALID naming the place
 */
export function strictJson(value: unknown, what: string): string {
  const fault = valueFault(value, SPEC_RULES);
  if (fault !== null) throw new AisopodError('INVALID', `${what} ${fault}`);
  return JSON.stringify(value);
}

const RULES = { depth: JSON_DEPTH, strict: false };
const SPEC_RULES = { depth: SPEC_DEPTH, strict: true };

/** The first line of what was thrown. */
function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split('\n', 1)[0] ?? '';
}
