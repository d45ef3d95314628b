import { AisopodError } from '../../base/errors/index.js';
import { freezeDeep, jsonText, readJson, writeJson } from '../../base/json/index.js';
import { type EventContext, NOTHING_KNOWN } from './event-context.js';

/** Stands for data that was not read yet. */
const UNREAD = Symbol('unread');

/** An event on its way: one object for all its subscribers. */
export class Published {
  readonly topic: string;
  readonly source: string;
  /** JSON text. */
  readonly json: string;
  /** UTF-8 bytes of the JSON, which each subscription counts twice. */
  readonly bytes: number;
  /** Frozen. */
  readonly context: EventContext;
  #data: unknown = UNREAD;

  constructor(topic: string, source: string, json: string, context: EventContext) {
    this.topic = topic;
    this.source = source;
    this.json = json;
    this.bytes = Buffer.byteLength(json);
    this.context = context;
  }

  /** The context as JSON text; '' when nothing is known. */
  get meta(): string {
    return this.context === NOTHING_KNOWN ? '' : metaOf(this.context);
  }

  /** Parsed at the first read; frozen, since all subscribers share it. */
  get data(): unknown {
    if (this.#data === UNREAD) this.#data = freezeDeep(readJson(this.json));
    return this.#data;
  }
}

function metaOf(context: EventContext): string {
  return Object.keys(context).length === 0 ? '' : jsonText(context);
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
