import { AisopodError } from '../errors/index.js';
import { freezeDeep, isDeeperThan } from '../schema/index.js';

/** JSON that nests deeper is refused everywhere. */
const DEEPEST = 512;

/** An event on its way: one for all who hear it. */
export class Published {
  readonly topic: string;
  readonly source: string;
  /** JSON text. */
  readonly json: string;
  #data: unknown;
  #parsed = false;

  constructor(topic: string, source: string, json: string) {
    this.topic = topic;
    this.source = source;
    this.json = json;
  }

  /** Parsed for the first who asks; frozen, since the others get the same. */
  get data(): unknown {
    if (!this.#parsed) {
      this.#data = freezeDeep(JSON.parse(this.json));
      this.#parsed = true;
    }
    return this.#data;
  }
}

/**
 * The JSON of what is published; nothing is null.
 * @param limit bytes
 * @throws AisopodError EVENT_INVALID when JSON can't say it, PAYLOAD_TOO_LARGE
 */
export function eventJson(topic: string, data: unknown, limit: number): string {
  let json: string | undefined;
  let cause: unknown;
  try {
    json = data === undefined ? 'null' : JSON.stringify(data);
    // What nests deeper than that is longer, too.
    if (json !== undefined && json.length > 2 * DEEPEST && isDeeperThan(data, DEEPEST)) {
      json = undefined;
      cause = new Error(`it nests deeper than ${DEEPEST} levels`);
    }
  } catch (error) {
    cause = error;
  }
  if (json === undefined) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : `a ${typeof data}`;
    throw new AisopodError(
      'EVENT_INVALID',
      `The data of the event "${topic}" cannot be written as JSON: ${why}.`,
      { details: { topic }, cause },
    );
  }
  // No character has more than three bytes per unit of its string.
  if (json.length * 3 > limit && Buffer.byteLength(json) > limit) {
    throw new AisopodError(
      'PAYLOAD_TOO_LARGE',
      `The data of the event "${topic}" has ${Buffer.byteLength(json)} bytes as JSON, over the ` +
        `limit of ${limit}.`,
      { details: { topic, limit } },
    );
  }
  return json;
}
