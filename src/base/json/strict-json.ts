import { AisopodError } from '../errors/index.js';
import { SPEC_DEPTH } from './depth.js';
import { valueFault } from './value-fault.js';

/**
 * A spec as JSON text, also without what writeJson() leaves out: a function next to the data, the
 * entries of a Map. Members that are undefined are left out.
 *
 * @param what names the value in messages
 * @throws AisopodError INVALID naming the place
 */
export function strictJson(value: unknown, what: string): string {
  const fault = valueFault(value, RULES);
  if (fault !== null) throw new AisopodError('INVALID', `${what} ${fault}`);
  return JSON.stringify(value);
}

const RULES = { depth: SPEC_DEPTH, strict: true };
