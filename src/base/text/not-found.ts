import { nearest } from './nearest.js';
import { NAME_LONGEST, show } from './show.js';

/** What a message can say besides that a name is not known. */
export interface NotFoundHints {
  /** What was probably meant, from nearest(); more than one only where they are equally near. */
  readonly similar?: string | null | readonly string[];
  /** The command that lists what there is: `aisopod tools list`. */
  readonly list?: string;
  /** A sentence about where it would be, in the place of the other hints. */
  readonly owner?: string | null;
  /** All names that could have been given; listed when none is similar. */
  readonly known?: readonly string[];
}

/**
 * Returns the sentences of an error about a name that is not known.
 * @param what kind of thing has such names, in the singular: `tool`
 * @param name as it was given; its length and its characters don't matter
 */
export function notFoundText(what: string, name: string, hints: NotFoundHints = {}): string {
  const { similar = null, list, known, owner = null } = hints;
  const meant = typeof similar === 'string' ? [similar] : (similar ?? []);
  const sentences = [`There is no ${what} named ${show(name, NAME_LONGEST)}.`];
  if (owner !== null) return `${sentences[0]} ${owner}`;
  if (meant.length > 0) sentences.push(`Did you mean ${alternatives(meant)}?`);
  else if (known !== undefined) sentences.push(`The available ${what}s are: ${known.join(', ')}.`);
  if (list !== undefined) sentences.push(`List the available ${what}s with: ${list}`);
  return sentences.join(' ');
}

/**
 * Returns the warning about a key that the host does not read.
 * @param known all keys that it reads
 */
export function unknownKeyText(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `the key ${show(key)} is not known; ${hint}`;
}

/** `"a", "b" or "c"`. */
function alternatives(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  const last = quoted.pop();
  return quoted.length === 0 ? `${last}` : `${quoted.join(', ')} or ${last}`;
}
