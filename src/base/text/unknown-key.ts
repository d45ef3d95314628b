import { nearest } from './nearest.js';
import { show } from './show.js';

/**
 * Returns the warning about a key that the host does not read.
 * @param known all keys that it reads
 */
export function unknownKeyText(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `the key ${show(key)} is not known; ${hint}`;
}
