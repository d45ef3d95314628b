import { AisopodError } from '../errors/index.js';
import { writeJson } from '../json/index.js';
import type { ArgumentFault, Validate } from '../schema/index.js';

/**
 * The JSON text that goes to a plugin for `args`, found good by `validate`. What is validated is
 * what is sent: where JSON says something else than the object (dates, toJSON, undefined), the
 * JSON counts.
 *
 * @param tool full name, for messages
 * @throws AisopodError ARGUMENTS_INVALID with `details.faults`
 */
export function serialiseArguments(tool: string, args: unknown, validate: Validate): string {
  const text = toJson(tool, args);
  const sent = isPlain(args, PLAIN_DEPTH) ? args : JSON.parse(text);
  let faults: readonly ArgumentFault[] | null;
  try {
    faults = validate(sent, text.length);
  } catch (error) {
    // A schema may follow the arguments into any depth, and the stack ends.
    if (!(error instanceof RangeError)) throw error;
    throw invalid(tool, [fault('the arguments nest too deeply')], error);
  }
  if (faults !== null) throw invalid(tool, faults);
  return text;
}

function toJson(tool: string, args: unknown): string {
  try {
    return writeJson(args);
  } catch (error) {
    throw invalid(tool, [fault((error as Error).message)], error);
  }
}

function fault(message: string): ArgumentFault {
  return { path: '', message, expected: 'object' };
}

function invalid(tool: string, faults: readonly ArgumentFault[], cause?: unknown): AisopodError {
  const lines = faults.map(({ path, message, found }) => {
    const instead = found === undefined ? '' : ` (found ${JSON.stringify(found)})`;
    return `  ${path === '' ? 'arguments' : path}: ${message}${instead}`;
  });
  const message =
    `The arguments of ${tool} do not match its parameters:\n${lines.join('\n')}\n` +
    `Its parameters: aisopod tools list --json`;
  const details = { tool, faults };
  return new AisopodError(
    'ARGUMENTS_INVALID',
    message,
    cause === undefined ? { details } : { details, cause },
  );
}

// Deeper than people nest arguments; what is deeper is read back from its JSON.
const PLAIN_DEPTH = 32;

/** True when JSON.stringify() loses and changes nothing of `value`. */
function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number': // finite: it was written
      return true;
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
