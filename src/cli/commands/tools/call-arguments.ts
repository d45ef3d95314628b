import { AisopodError } from '../../../base/errors/index.js';
import { isJson, JsonTextFault, parseJson } from '../../../base/json/index.js';
import { shorten } from '../../../base/text/index.js';
import type { Context } from '../../command.js';
import { oneLine } from '../../output/printable.js';
import { readStdin } from '../../read-stdin.js';
import { usageError } from '../../usage-error.js';
import { findJsonFault } from './json-fault.js';

/**
 * The arguments of a tool call.
 * @param word JSON, `-` for standard input, or absent for none
 * @throws AisopodError USAGE when it is not JSON, ARGUMENTS_INVALID when the tool would get something
 *   else, such as another number; PAYLOAD_TOO_LARGE
 */
export async function callArguments(word: string | undefined, context: Context): Promise<unknown> {
  if (word === undefined) return {};
  const fromStdin = word === '-';
  const text = fromStdin ? await readStdin(context, 'tools call') : word;
  const what = fromStdin ? 'Standard input' : 'The argument';
  if (!isJson(text)) throw jsonError(text, what);
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof JsonTextFault ? notKept(text, what, error) : error;
  }
}

/** Of JSON that would reach the tool as something else. */
function notKept(text: string, what: string, fault: JsonTextFault): AisopodError {
  const { index, line, column, byte } = fault.place;
  const position = index + 1;
  const number = /^-?\d[\d.eE+-]*/.exec(text.slice(index))?.[0];
  const advice = number === undefined ? '' : ` Write it in quotes: "${short(number)}".`;
  const message = `${fault.what} at ${placeOf({ position, line, column })}`;
  return new AisopodError(
    'ARGUMENTS_INVALID',
    `${what} would not reach the tool as it is: ${message}.${advice}`,
    {
      details: { faults: [{ path: '', message, expected: 'JSON' }], position, line, column, byte },
      cause: fault,
    },
  );
}

function short(number: string): string {
  return shorten(number, SHOWN);
}

/** Digits of a number. */
const SHOWN = 40;

function placeOf(place: { position: number; line: number; column: number }): string {
  const { position, line, column } = place;
  return line === 1 ? `position ${position}` : `line ${line}, column ${column}`;
}

// UTF-16 units of a text that are shown on each side of a place.
const AROUND = 20;

/** The text around a place, which `>>>` marks. @param position the first character is 1 */
function excerptOf(text: string, position: number): string {
  const at = position - 1;
  const before = `${at > AROUND ? '...' : ''}${text.slice(Math.max(0, at - AROUND), at)}`;
  const after = `${text.slice(at, at + AROUND)}${text.length > at + AROUND ? '...' : ''}`;
  return oneLine(`${before}>>>${after}`);
}

function jsonError(text: string, what: string): AisopodError {
  if (text.trim() === '') {
    return usageError(`${what} is empty; JSON was expected, such as {}.`, {}, 'tools call');
  }
  const fault = findJsonFault(text);
  // isJson() refuses nothing else.
  if (fault === null) return new AisopodError('INTERNAL', `${what} is JSON, and was refused.`);
  const { position, line, column, found, expected } = fault;
  return usageError(
    `${what} is not JSON: at ${placeOf(fault)}, found ${found}, expected ${expected}. ` +
      `The text around it: ${excerptOf(text, position)}`,
    { position, line, column, found, expected },
    'tools call',
  );
}
