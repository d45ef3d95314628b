import { AisopodError } from '../errors/index.js';
import { writeAndRead } from '../json/index.js';
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
  const { json, said } = written(tool, args);
  let faults: readonly ArgumentFault[] | null;
  try {
    faults = validate(said, json.length);
  } catch (error) {
    // A schema may follow the arguments into any depth, and the stack ends.
    if (!(error instanceof RangeError)) throw error;
    throw invalid(tool, [fault('the arguments nest too deeply')], error);
  }
  if (faults !== null) throw invalid(tool, faults);
  return json;
}

function written(tool: string, args: unknown): ReturnType<typeof writeAndRead> {
  try {
    return writeAndRead(args);
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
