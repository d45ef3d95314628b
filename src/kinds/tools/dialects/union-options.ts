import type { Union } from './conjunction.js';
import type { Drops } from './drops.js';
import type { Part } from './schema-document.js';

/** Unions next to each other become one of so many options. */
const MOST_OPTIONS = 32;
const AT_ROOT = 'the root is one object: the properties of all alternatives stand together';

/**
 * The unions that an outline follows: all, unless they have too many combinations.
 * @param root they stand in the schema of all arguments
 */
export function unionsUsed(unions: readonly Union[], root: boolean, drops: Drops): Union[] {
  const used = [...unions].sort((a, b) => a.branches.length - b.branches.length);
  for (let count = countOf(used); count > MOST_OPTIONS && used.length > 1; count = countOf(used)) {
    const { part, keyword } = used.pop() as Union;
    drops.add(part.path, keyword, `more than ${MOST_OPTIONS} combinations of alternatives`);
  }
  for (const { part, keyword } of used) {
    if (root) drops.add(part.path, keyword, AT_ROOT);
    else if (keyword === 'oneOf') drops.add(part.path, keyword, 'it is sent as anyOf');
  }
  return used;
}

/** Each way to take one branch of every union. */
export function combinations(unions: readonly Union[]): Part[][] {
  return unions.reduce<Part[][]>(
    (all, { branches }) => all.flatMap((before) => branches.map((branch) => [...before, branch])),
    [[]],
  );
}

function countOf(unions: readonly Union[]): number {
  return unions.reduce((count, { branches }) => count * branches.length, 1);
}
