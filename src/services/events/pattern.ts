import { typeName } from '../../base/text/index.js';
import { invalid, isSegment, isTooLong, LONGEST_TOPIC } from './topic.js';

/** Whether a topic, found legal before, is meant. */
export type Matcher = (topic: string) => boolean;

/**
 * Compiles a pattern: a topic in which a segment may be `*`, any one segment, and the last one
 * `**`, any number of segments, also none.
 * @throws AisopodError TOPIC_INVALID
 */
export function compilePattern(pattern: unknown): Matcher {
  if (typeof pattern !== 'string') throw invalid('pattern', pattern, `it is ${typeName(pattern)}`);
  if (isTooLong(pattern)) {
    throw invalid('pattern', pattern, `it has more than ${LONGEST_TOPIC} bytes`);
  }
  const segments = pattern.split('.');
  const rest = segments.at(-1) === '**';
  const named = rest ? segments.slice(0, -1) : segments;
  for (const segment of named) {
    if (segment !== '*' && !isSegment(segment)) throw invalid('pattern', pattern, why(segment));
  }
  if (rest && named.length === 0) return () => true;
  if (!rest && !named.includes('*')) return (topic) => topic === pattern;
  // Each part stops at a dot, so there is one way to match: the time is linear in the topic.
  const source = named.map((segment) => (segment === '*' ? '[^.]+' : escapeText(segment)));
  const matcher = new RegExp(`^${source.join('\\.')}${rest ? '(?:\\..+)?' : ''}$`);
  return (topic) => matcher.test(topic);
}

function why(segment: string): string {
  if (segment === '') return 'a segment is empty';
  if (segment === '**') return '"**" can only be the last segment';
  return '"*" must be a whole segment, and ">", blanks and control characters are not allowed';
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
