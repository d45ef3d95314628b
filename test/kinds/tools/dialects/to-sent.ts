import { canonicalText, isObject } from '../../../../src/base/json/index.js';
import { isOfType } from '../../../../src/kinds/tools/dialects/allowed-types.js';
import {
  allowsNull,
  type ObjectOutline,
  type Outline,
} from '../../../../src/kinds/tools/dialects/outline.js';
import type { ToolOutline } from '../../../../src/kinds/tools/dialects/outline-builder.js';

const MOST = 24;

/**
 * The ways in which a model may send a value: the other way round of ArgumentsReader.
 * @returns no ways when the outline does not say the value; exact: the reader can tell what was sent
 */
export function waysToSend({ root, definitions }: ToolOutline, value: unknown, strict: boolean) {
  let exact = true;
  return { ways: ways(root, value), exact };

  function ways(outline: Outline, each: unknown): unknown[] {
    switch (outline.kind) {
      case 'scalar': {
        const { type, values, checks } = outline;
        if (isOfType(each, type)) return values === null || values.includes(each) ? [each] : [];
        // A property that an alternative does not name: the text that another one allows is JSON text.
        if (type !== 'string' || values !== null || checks.size > 0) return [];
        exact = false;
        return [canonicalText(each)];
      }
      case 'list':
        return Array.isArray(each) ? product(each.map((item) => ways(outline.items, item))) : [];
      case 'object':
        return isObject(each) ? objects(outline, each) : [];
      case 'choice':
        return outline.options.flatMap((option) => ways(option, each)).slice(0, MOST);
      case 'text':
        return outline.of === 'an object' && !isObject(each) ? [] : [canonicalText(each)];
      case 'link':
        return ways(definitions.get(outline.name) as Outline, each);
    }
  }

  function objects({ members, closed }: ObjectOutline, each: Record<string, unknown>): unknown[] {
    const names: string[] = [];
    const found: unknown[][] = [];
    for (const [name, { outline, required }] of members) {
      const isThere = Object.hasOwn(each, name);
      if (!isThere && required) return [];
      // Where null is a value, a strict model can't leave the property out.
      if (!isThere && strict && allowsNull(outline, definitions)) return [];
      if (!isThere && !strict) continue;
      names.push(name);
      found.push(isThere ? ways(outline, each[name]) : [null]);
    }
    const others = Object.entries(each).filter(([name]) => !members.has(name));
    if (others.length > 0 && (strict || closed)) return [];
    return product(found).map((values) =>
      Object.fromEntries([...names.map((name, i) => [name, values[i]]), ...others]),
    );
  }
}

function product(lists: readonly unknown[][]): unknown[][] {
  return lists.reduce<unknown[][]>(
    (all, list) => all.flatMap((before) => list.map((each) => [...before, each])).slice(0, MOST),
    [[]],
  );
}

/**
 * Whether a text could be JSON text in one alternative and a text in another: two objects or lists with a
 * difference inside. No reader can tell them apart.
 */
export function isAmbiguous({ root, definitions }: ToolOutline): boolean {
  return [root, ...definitions.values()].some(among);

  function among(outline: Outline): boolean {
    switch (outline.kind) {
      case 'list':
        return among(outline.items);
      case 'object':
        return [...outline.members.values()].some((member) => among(member.outline));
      case 'choice': {
        const nested = outline.options.filter(({ kind }) => kind !== 'scalar' && kind !== 'text');
        const hasText = outline.options.some(({ kind }) => kind === 'text');
        const hasString = outline.options.some(
          (each) => each.kind === 'scalar' && each.type === 'string',
        );
        return nested.length > 1 || nested.some(among) || (hasText && hasString);
      }
      default:
        return false;
    }
  }
}
