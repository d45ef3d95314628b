import type { Kind } from '../abi/index.js';
import { show } from '../base/text/index.js';
import type { NamePolicy } from './kind-definition.js';

/** What a registration may be called. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const LEGAL = /[A-Za-z0-9_-]/;

/** Returns whether things of a kind are found by name, and so have short names that may be taken. */
export function hasShortName(policy: NamePolicy, kind: Kind): boolean {
  return (policy.get(kind)?.names ?? 'unique') === 'unique';
}

/**
 * What is wrong with the name of a registration: `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`.
 * @returns null when it is legal; else a sentence part that points at the first bad character, so
 *   that a letter of another alphabet that only looks right is seen
 */
export function nameProblem(name: string): string | null {
  if (NAME.test(name)) return null;
  if (name === '') return 'the name is empty';
  const characters = [...name];
  const at = characters.findIndex((character) => !LEGAL.test(character));
  if (at >= 0) {
    const character = characters[at] as string;
    const code = (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
    return `character ${at + 1} is ${show(character)} (U+${code})`;
  }
  if (name.length > 64) return `it has ${name.length} characters`;
  return 'it begins with neither a letter nor a digit';
}

/**
 * The form in which names are compared where case does not count. Names are ASCII, and what is not
 * stays as it is: no letter of another alphabet folds into one of a name.
 */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The form in which names of a kind are looked up. */
export function keyOf(policy: NamePolicy, kind: Kind, name: string): string {
  return (policy.get(kind)?.caseCounts ?? true) ? name : foldName(name);
}
