import { createHash } from 'node:crypto';

const HASH = 8;

/**
 * The names by which a dialect knows tools: their wire names, changed where the dialect refuses one.
 *
 * @param tools full and wire names of all tools that are defined together
 * @param pattern of the names that the dialect accepts; 64 characters are accepted
 * @returns by full name
 */
export function toolNames(
  tools: readonly { readonly fullName: string; readonly wireName: string }[],
  pattern: string,
): ReadonlyMap<string, string> {
  const accepted = new RegExp(pattern, 'u');
  const taken = new Set(tools.map(({ wireName }) => wireName));
  const names = new Map<string, string>();
  for (const { fullName, wireName } of tools) {
    let name = wireName;
    if (!accepted.test(name)) {
      name = `_${wireName}`.slice(0, 64);
      if (taken.has(name)) name = `${name.slice(0, 64 - HASH - 1)}_${hashOf(fullName)}`;
      taken.add(name);
    }
    names.set(fullName, name);
  }
  return names;
}

function hashOf(fullName: string): string {
  return createHash('sha256').update(fullName).digest('hex').slice(0, HASH);
}
