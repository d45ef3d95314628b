import { AisopodError } from '../../base/errors/index.js';
import { quickWriter, writeAndRead } from '../../base/json/index.js';
import {
  type ArgumentFault,
  flatShape,
  type JsonSchema,
  propertyNames,
  type Validate,
} from '../../base/schema/index.js';

/**
 * Makes the JSON text that goes to a plugin of the arguments of a call.
 * @throws AisopodError ARGUMENTS_INVALID with `details.faults`
 */
export type SerialiseArguments = (args: unknown) => string;

/**
 * Makes the serialiser of a tool. What it validates is what it sends: where JSON says something else
 * than the object (dates, toJSON, undefined), the JSON counts.
 *
 * @param tool full name, for messages
 * @param schema of the arguments
 * @param validate holds them against it
 */
export function argumentSerialiser(
  tool: string,
  schema: JsonSchema,
  validate: Validate,
): SerialiseArguments {
  const shape = flatShape(schema);
  const write =
    shape === null ? quickWriter(propertyNames(schema)) : quickWriter(shape.members.keys(), shape);
  return (args) => {
    let json: string | undefined;
    let said = args;
    try {
      json = write(args);
      // A flat schema asks for no more than its writer does.
      if (json !== undefined && shape !== null) return json;
      if (json === undefined) ({ json, said } = writeAndRead(args));
    } catch (error) {
      throw invalid(tool, [fault((error as Error).message)], error);
    }
    const faults = faultsOf(tool, said, json, validate);
    if (faults !== null) throw invalid(tool, faults);
    return json;
  };
}

function faultsOf(
  tool: string,
  said: unknown,
  json: string,
  validate: Validate,
): ReturnType<Validate> {
  try {
    return validate(said, json.length);
  } catch (error) {
    // A schema may follow the arguments into any depth, and the stack ends.
    if (!(error instanceof RangeError)) throw error;
    throw invalid(tool, [fault('the arguments nest too deeply')], error);
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
