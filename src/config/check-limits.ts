import { AisopodError } from '../base/errors/index.js';
import { readMembers } from '../base/json/index.js';
import { nearest, notFoundText, show } from '../base/text/index.js';
import { DEFAULT_LIMITS, type LimitOptions, type Limits, largestLimit } from './limits.js';

const NAMES = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];
const isLimit = (name: string) => Object.hasOwn(DEFAULT_LIMITS, name);

/**
 * Limits as an embedder gives them: whole numbers from 1, as in config.toml, and Infinity for a time
 * without a limit.
 *
 * @returns those that are stated
 * @throws AisopodError USAGE, for a name that is no limit or a value that can't be one
 */
export function checkLimits(limits: LimitOptions): Partial<Limits> {
  const members = readMembers('PluginHost: limits', limits, NAMES);
  for (const name of Object.keys(limits)) if (!isLimit(name)) throw unknown(name);
  const stated = Object.entries(members) as [string, number][];
  for (const [name, value] of stated) {
    const time = name.endsWith('Ms');
    if (time && value === Number.POSITIVE_INFINITY) continue;
    if (!Number.isSafeInteger(value) || value < 1 || value > largestLimit(name)) {
      throw unfit(name, value, time);
    }
  }
  return Object.freeze(Object.fromEntries(stated));
}

function unknown(name: string): AisopodError {
  const message = notFoundText('limit', name, { similar: nearest(name, NAMES), known: NAMES });
  return new AisopodError('USAGE', message, { details: { option: `limits.${name}` } });
}

function unfit(name: string, found: unknown, time: boolean): AisopodError {
  const largest = largestLimit(name);
  const to = largest < Number.MAX_SAFE_INTEGER ? ` to ${largest}, what a string can hold` : '';
  const expected = `a whole number from 1${to}${time ? ', in milliseconds, or Infinity' : ''}`;
  const text = typeof found === 'number' || found === null ? String(found) : show(found);
  return new AisopodError('USAGE', `The limit ${name} is ${text}; it must be ${expected}.`, {
    details: { option: `limits.${name}`, expected },
  });
}
