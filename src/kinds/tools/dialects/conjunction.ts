import type { Part, SchemaDocument } from './schema-document.js';

/** A schema that holds for a value. */
export interface Given {
  readonly part: Part;
  /** What it is composed of has been followed already. */
  readonly followed: boolean;
}

/** Several schemas of which one holds. */
export interface Union {
  /** The schema that has them, and by which keyword. */
  readonly part: Part;
  readonly keyword: 'anyOf' | 'oneOf';
  readonly branches: readonly Part[];
}

/** All schemas that hold for a value, with `$ref` and `allOf` followed. */
export interface Conjunction {
  readonly parts: readonly Part[];
  readonly unions: readonly Union[];
  /** Paths of what references led to. */
  readonly targets: readonly string[];
  /** A schema whose reference was not followed, as that would never end. */
  readonly cut: Part | null;
}

/** How often a reference to the same schema is followed inside itself. */
const REPEATED = 2;

/** @param open targets that are being followed around here */
export function conjunctionOf(
  document: SchemaDocument,
  given: readonly Given[],
  open: readonly string[],
): Conjunction {
  const parts = new Map<string, Part>();
  const unions: Union[] = [];
  const targets: string[] = [];
  let cut: Part | null = null;
  const work = [...given];
  for (let each = work.shift(); each !== undefined; each = work.shift()) {
    const { part, followed } = each;
    if (parts.has(part.path)) continue;
    parts.set(part.path, part);
    if (followed) continue;
    const target = document.target(document.keywords(part).get('$ref'));
    if (target !== null) {
      if (open.filter((path) => path === target.path).length >= REPEATED) cut ??= part;
      else {
        targets.push(target.path);
        work.push({ part: target, followed: false });
      }
    }
    for (const child of document.list(part, 'allOf')) work.push({ part: child, followed: false });
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const branches = document.list(part, keyword);
      if (branches.length > 0) unions.push({ part, keyword, branches });
    }
  }
  return { parts: [...parts.values()], unions, targets, cut };
}
