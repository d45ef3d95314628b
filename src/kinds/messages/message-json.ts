import { AisopodError } from '../../base/errors/index.js';
import { writeJson } from '../../base/json/index.js';

/**
 * The JSON of a message or an answer; undefined is null.
 * @param to the plugin that gets it
 * @throws AisopodError MESSAGE_INVALID
 */
export function messageJson(to: string, value: unknown): string {
  try {
    return value === undefined ? 'null' : writeJson(value);
  } catch (cause) {
    throw new AisopodError(
      'MESSAGE_INVALID',
      `A message or an answer to ${to} ${(cause as Error).message}.`,
      { details: { to }, cause },
    );
  }
}
