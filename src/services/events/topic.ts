import { AisopodError } from '../../base/errors/index.js';
import { show, typeName } from '../../base/text/index.js';
import { HOST_SOURCE } from './event.js';

/** Bytes of a topic or a pattern, at most. */
export const LONGEST_TOPIC = 256;

/** What a segment may consist of: no dots, wildcards, blanks, control characters, half characters. */
const CHARACTER = '[^.*>\\p{Cc}\\p{Cs} ]';
const TOPIC = new RegExp(`^${CHARACTER}+(?:\\.${CHARACTER}+)*$`, 'u');
const SEGMENT = new RegExp(`^${CHARACTER}+$`, 'u');

// A message shows a piece of what may be anything.
const SHOWN = 100;

export function isSegment(text: string): boolean {
  return SEGMENT.test(text);
}

export function isTooLong(text: string): boolean {
  return text.length > LONGEST_TOPIC || Buffer.byteLength(text) > LONGEST_TOPIC;
}

/**
 * Checks a topic: segments between dots, at most 256 bytes. native/core/events/topic.cc does so
 * for C.
 * @throws AisopodError TOPIC_INVALID
 */
export function checkTopic(topic: unknown): asserts topic is string {
  if (typeof topic !== 'string') throw invalid('topic', topic, `it is ${typeName(topic)}`);
  if (isTooLong(topic)) throw invalid('topic', topic, `it has more than ${LONGEST_TOPIC} bytes`);
  if (TOPIC.test(topic)) return;
  throw invalid(
    'topic',
    topic,
    topic.split('.').includes('')
      ? 'a segment is empty'
      : '"*", ">", blanks and control characters are not allowed',
  );
}

/**
 * Refuses topics that are the host's own.
 * @throws AisopodError TOPIC_RESERVED
 */
export function refuseReserved(topic: string, source: string): void {
  if (topic !== HOST_SOURCE && !topic.startsWith(`${HOST_SOURCE}.`)) return;
  throw new AisopodError(
    'TOPIC_RESERVED',
    `The topic "${topic}" is reserved for the host, as are all below "${HOST_SOURCE}.". Publish under a ` +
      `name of your own, as in "${source}.ready".`,
    { details: { topic, source } },
  );
}

export function invalid(what: 'topic' | 'pattern', given: unknown, why: string): AisopodError {
  const shown = typeof given === 'string' ? show(given) : String(given);
  return new AisopodError(
    'TOPIC_INVALID',
    `${shown} is not a ${what}: ${why}. A ${what} is segments between dots, as in ` +
      (what === 'topic' ? '"jobs.done".' : '"jobs.*" or "jobs.**".'),
    { details: { [what]: typeof given === 'string' ? given.slice(0, SHOWN) : null } },
  );
}
