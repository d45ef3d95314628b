import { AisopodError } from '../../base/errors/index.js';
import { jsonText, plainCopy, quickWriter, writeAndRead } from '../../base/json/index.js';
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
 * Makes the serialiser of a tool. What it validates is what it sends: the arguments are read once, and where
 * JSON says something else than the object (dates, toJSON, undefined), the JSON counts.
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
  const checked = checkingSerialiser(tool, schema, validate);
  if (shape === null) return checked;
  // A flat schema asks for no more than its writer does.
  const write = quickWriter(shape.members.keys(), shape);
  return (args) => {
    let json: string | undefined;
    try {
      json = write(args);
    } catch (error) {
      throw unreadable(tool, error);
    }
    return json ?? checked(args);
  };
}

/** Most calls come through this function, so it leaves little to others. */
function checkingSerialiser(
  tool: string,
  schema: JsonSchema,
  validate: Validate,
): SerialiseArguments {
  const write = quickWriter(propertyNames(schema));
  return (args) => {
    let json: string | undefined;
    let said: unknown;
    try {
      said = plainCopy(args);
      if (said !== undefined) json = write(said);
      if (json === undefined) ({ json, said } = writeAndRead(said ?? args));
    } catch (error) {
      throw unreadable(tool, error);
    }
    let faults: ReturnType<Validate>;
    try {
      faults = validate(said, json.length);
    } catch (error) {
      throw tooDeep(tool, error);
    }
    if (faults !== null) throw invalid(tool, faults);
    return json;
  };
}

function unreadable(tool: string, error: unknown): AisopodError {
  return invalid(tool, [fault((error as Error).message)], error);
}

/** A schema may follow the arguments into any depth, and the stack ends. @throws any other error */
function tooDeep(tool: string, error: unknown): AisopodError {
  if (!(error instanceof RangeError)) throw error;
  return invalid(tool, [fault('the arguments nest too deeply')], error);
}

function fault(message: string): ArgumentFault {
  return { path: '', message, expected: 'object' };
}

function invalid(tool: string, faults: readonly ArgumentFault[], cause?: unknown): AisopodError {
  const lines = faults.map(({ path, message, found }) => {
    const instead = found === undefined ? '' : ` (found ${jsonText(found)})`;
    return `  ${path === '' ? 'arguments' : path}: ${message}${instead}`;
  });
  const message =
    `The arguments of ${tool} do not match its parameters:\n${lines.join('\n')}\n` +
    `Show its parameters with: aisopod tools list --json`;
  const details = { tool, faults };
  return new AisopodError(
    'ARGUMENTS_INVALID',
    message,
    cause === undefined ? { details } : { details, cause },
  );
}
