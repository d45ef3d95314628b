import { jsonText } from '../base/json/index.js';
import { checkSchema, type JsonSchema, type Validate, Validators } from '../base/schema/index.js';

/** The schema of the replies of a tool, which clients hold against them too. */
export interface OutputCheck {
  readonly schema: JsonSchema;
  /** Says what is wrong with a reply, in lines; null: nothing. */
  problemOf(data: unknown): string | null;
}

const validators = new Validators();

/**
 * Reads the output schema of a tool. The host publishes it as it is; a client gets only one that can be
 * compiled, and whose patterns can't hold up the server.
 *
 * @returns null when the schema can't be used
 */
export function outputCheck(given: JsonSchema): OutputCheck | null {
  const { schema, faults, expanded } = checkSchema(given, 'linear');
  if (faults.length > 0) return null;
  const source = { schema: schema as JsonSchema, patterns: 'linear', expanded } as const;
  let validate: Validate | undefined;
  return {
    schema: source.schema,
    problemOf(data) {
      try {
        validate ??= validators.get(source);
        const found = validate(data, jsonText(data).length);
        if (found === null) return null;
        return found.map(({ path, message }) => `  ${path || 'reply'}: ${message}`).join('\n');
      } catch (error) {
        // Some legal combinations of keywords can't be compiled, and a reply may nest too deeply.
        return `  ${(error as Error).message}`;
      }
    },
  };
}
