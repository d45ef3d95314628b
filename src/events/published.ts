import { AisopodError } from '../errors/index.js';
import { writeJson } from '../json/index.js';
import { freezeDeep } from '../schema/index.js';

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
  let json: string;
  try {
    json = data === undefined ? 'null' : writeJson(data);
  } catch (cause) {
    throw new AisopodError(
      'EVENT_INVALID',
      `The data of the event "${topic}" ${(cause as Error).message}.`,
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
