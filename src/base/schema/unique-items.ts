import type { FuncKeywordDefinition } from 'ajv/dist/2020.js';
import { canonicalText } from '../json/index.js';

/**
 * The keyword `uniqueItems`, in time that grows with the size of the list. Ajv compares each object of a
 * list with all others, which takes seconds for 10,000.
 */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  compile(wanted: boolean) {
    const validate: ReturnType<NonNullable<FuncKeywordDefinition['compile']>> = (items) => {
      const twice = wanted ? findTwice(items) : null;
      if (twice === null) return true;
      const { first, again } = twice;
      const message = `must NOT have duplicate items (items ## ${first} and ${again} are identical)`;
      validate.errors = [{ params: { i: again, j: first }, message }];
      return false;
    };
    return validate;
  },
};

/** Two items that are equal as JSON, whatever the order of members. */
function findTwice(items: readonly unknown[]): { first: number; again: number } | null {
  const seen = new Map<string, number>();
  for (const [again, item] of items.entries()) {
    const text = canonicalText(item);
    const first = seen.get(text);
    if (first !== undefined) return { first, again };
    seen.set(text, again);
  }
  return null;
}
