import { AisopodError } from '../../base/errors/index.js';
import { jsonText, plainCopy, quickWriter, writeAndRead } from '../../base/json/index.js';
import {
  type ArgumentFault,
  flatShape,
  type JsonSchema,
  MATCH_MS,
  MatchTimeout,
  propertyNames,
  type Validate,
} from '../../base/schema/index.js';
import { shorten, show } from '../../base/text/index.js';

// A message is for reading.
const SHOWN = 100;

/** The end of the error for arguments that do not fit, for a person. */
export const SHOW_PARAMETERS = 'Show its parameters with: aisopod tools list --json';

/** Arguments that have been read, and whose patterns could hold the event loop. */
export interface Unvalidated {
  /**
   * Validates them with the help of another thread, and returns their JSON text.
   * @param wantedMs for how long the outcome still matters, asked before the thread begins
   * @throws AisopodError (as rejection) ARGUMENTS_INVALID, VALIDATION_DEADLINE
   */
  validated(wantedMs: () => number): Promise<string>;
}

/**
 * Makes the JSON text that goes to a plugin of the arguments of a call.
 * @throws AisopodError ARGUMENTS_INVALID with `details.faults`
 */
export type SerialiseArguments = (args: unknown) => string | Unvalidated;

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
  const { beside } = validate;
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
    if (beside !== undefined) return unvalidated(tool, { json, said }, beside);
    let faults: ReturnType<Validate>;
    try {
      faults = validate(said, json.length);
    } catch (error) {
      throw notValidated(tool, error);
    }
    if (faults !== null) throw invalid(tool, faults);
    return json;
  };
}

function unvalidated(
  tool: string,
  { json, said }: { readonly json: string; readonly said: unknown },
  beside: NonNullable<Validate['beside']>,
): Unvalidated {
  return {
    async validated(wantedMs) {
      let faults: ReturnType<Validate>;
      try {
        faults = await beside(said, json.length, wantedMs);
      } catch (error) {
        throw error instanceof MatchTimeout ? tooLong(tool, error) : notValidated(tool, error);
      }
      if (faults !== null) throw invalid(tool, faults);
      return json;
    },
  };
}

function tooLong(tool: string, cause: MatchTimeout): AisopodError {
  const { source, text } = cause.question;
  const pattern = shorten(source, SHOWN);
  return new AisopodError(
    'VALIDATION_DEADLINE',
    `The arguments of ${tool} could not be validated within ${MATCH_MS} ms. Its pattern ${show(pattern)} ` +
      `takes too long on ${show(text, SHOWN)}. Send another text, or ask the author of the plugin for a ` +
      'pattern without lookaround and back references.',
    { details: { tool, pattern, text: shorten(text, SHOWN), limitMs: MATCH_MS }, cause },
  );
}

function unreadable(tool: string, error: unknown): AisopodError {
  return invalid(tool, [fault((error as Error).message)], error);
}

/** A schema may follow the arguments into any depth, and the stack ends. @throws any other error */
/** The error for what a validator threw instead of faults. */
function notValidated(tool: string, error: unknown): AisopodError {
  if (error instanceof RangeError) {
    return invalid(tool, [fault('the arguments nest too deeply')], error);
  }
  if (AisopodError.is(error)) return error;
  // Some combinations of legal keywords become code that fails, so nothing is known of the arguments.
  const text = error instanceof Error ? error.message : String(error);
  return new AisopodError(
    'SCHEMA_INVALID',
    `The arguments of ${tool} cannot be validated, since its schema combines keywords in a way that the ` +
      `validator does not support: ${text}. Ask the author of the plugin to simplify the schema.`,
    { details: { tool }, cause: error },
  );
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
    SHOW_PARAMETERS;
  const details = { tool, faults };
  return new AisopodError(
    'ARGUMENTS_INVALID',
    message,
    cause === undefined ? { details } : { details, cause },
  );
}
