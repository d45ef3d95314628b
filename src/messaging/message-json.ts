import { AisopodError } from '../errors/index.js';
import { isDeeperThan } from '../schema/index.js';

/** JSON that nests deeper is refused everywhere. */
const DEEPEST = 512;

/**
 * The JSON of a message or an answer; nothing is null.
 * @param whom it is said to
 * @throws AisopodError MESSAGE_INVALID
 */
export function messageJson(whom: string, value: unknown): string {
  let json: string | undefined;
  let cause: unknown;
  try {
    json = value === undefined ? 'null' : JSON.stringify(value);
    if (json !== undefined && isDeeperThan(value, DEEPEST)) {
      cause = new Error(`it nests deeper than ${DEEPEST} levels`);
      json = undefined;
    }
  } catch (error) {
    cause = error;
  }
  if (json !== undefined) return json;
  const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : `a ${typeof value}`;
  throw new AisopodError(
    'MESSAGE_INVALID',
    `What is said to ${whom} cannot be written as JSON: ${why}.`,
    { details: { to: whom }, cause },
  );
}
