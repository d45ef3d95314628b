import { AisopodError } from '../../../errors/index.js';
import type { Context } from '../../command.js';
import { readStdin } from '../../read-stdin.js';
import { usageError } from '../../usage-error.js';
import { findJsonFault } from './json-fault.js';

/**
 * The arguments of a tool call.
 * @param word JSON, `-` for standard input, or absent for none
 * @throws AisopodError USAGE when it is no JSON, PAYLOAD_TOO_LARGE
 */
export async function callArguments(word: string | undefined, context: Context): Promise<unknown> {
  if (word === undefined) return {};
  const fromStdin = word === '-';
  const text = fromStdin ? await readStdin(context, 'tools call') : word;
  try {
    return JSON.parse(text);
  } catch {
    throw jsonError(text, fromStdin ? 'Standard input' : 'The argument');
  }
}

/** Milliseconds of --timeout. */
export function callTimeout(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  const ms = /^\d{1,10}$/.test(word) ? Number(word) : 0;
  if (ms > 0 && ms < 2 ** 31) return ms;
  throw usageError(
    `--timeout is ${JSON.stringify(word)}; it must be a whole number of milliseconds, from 1 to ` +
      `${2 ** 31 - 1}.`,
    { option: '--timeout', found: word },
    'tools call',
  );
}

function jsonError(text: string, what: string): AisopodError {
  if (text.trim() === '') {
    return usageError(`${what} is empty; JSON was expected, such as {}.`, {}, 'tools call');
  }
  const fault = findJsonFault(text);
  // JSON.parse() refuses nothing else.
  if (fault === null) return new AisopodError('INTERNAL', `${what} is JSON, and was refused.`);
  const { position, line, column, found, expected } = fault;
  const place = line === 1 ? `position ${position}` : `line ${line}, column ${column}`;
  return usageError(
    `${what} is no JSON: at ${place} there is ${found}, expected was ${expected}.`,
    { position, line, column, found, expected },
    'tools call',
  );
}
