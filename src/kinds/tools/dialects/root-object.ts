import { canonicalText, type JsonObject } from '../../../base/json/index.js';
import type { Drops } from './drops.js';
import type { Part, SchemaDocument } from './schema-document.js';

/** How parts of a schema are written. */
export interface PartWriter {
  schema(part: Part): JsonObject | boolean;
  /** The keywords of a schema but for some. */
  members(part: Part, without: ReadonlySet<string>): [keyword: string, value: unknown][];
  /** The name of a property as it is sent. */
  name(name: string): string;
}

type Branch = readonly Part[];

const UNIONS = ['anyOf', 'oneOf'];
/** Keywords that stand for themselves, so the root may take them over from a part of allOf. */
const TAKEN_OVER = [
  ...['title', 'description', 'minProperties', 'maxProperties', 'propertyNames'],
  ...['dependentRequired', 'dependentSchemas'],
];
/** Keywords that belong together; properties that stand in one place with them make them wider only. */
const FREE_NAMES = ['additionalProperties', 'patternProperties'];
/** Keywords of a part of allOf that nothing is lost with. */
const JOINED = [
  ...['type', 'properties', 'required', 'allOf', '$ref', '$defs', 'definitions'],
  ...['$schema', '$id', '$anchor', '$comment', 'title', 'description', ...UNIONS],
];
/** Keywords by which a schema evaluates properties that it does not name. */
const EVALUATING = [
  ...['additionalProperties', 'patternProperties', 'unevaluatedProperties', 'if'],
  ...['dependentSchemas', ...UNIONS],
];

const APART = 'the root of a schema may not have it here';
const UNION =
  'the root of a schema may not have it here: the properties of all alternatives stand together';

/** Whether the root has what a dialect does not accept there. */
export function needsJoining(document: SchemaDocument, refused: readonly string[]): boolean {
  if (refused.length === 0) return false;
  const found = document.keywords(document.root);
  return found.has('$ref') || refused.some((keyword) => found.has(keyword));
}

/**
 * The members of a root without composition: the properties of all that the root is composed of, each
 * as wide as any alternative lets it be.
 */
export function joinRoot(
  document: SchemaDocument,
  refused: readonly string[],
  drops: Drops,
  write: PartWriter,
): [string, unknown][] {
  const { root } = document;
  const parts = composed(document, root);
  const without = new Set([...refused, '$ref', 'properties', 'required', 'unevaluatedProperties']);
  for (const keyword of ['not', 'enum']) {
    if (refused.includes(keyword) && document.keywords(root).has(keyword)) {
      drops.add(root.path, keyword, APART);
    }
  }
  const members = new Map(write.members(root, without));
  const properties = new Map<string, unknown[]>();
  const required = new Set<string>();
  const unions: Branch[][] = [];
  for (const part of parts) {
    for (const [name, child] of document.map(part, 'properties')) {
      add(properties, name, write.schema(child));
    }
    for (const name of requiredOf(document, part)) required.add(name);
    for (const keyword of UNIONS) {
      const branches = document.list(part, keyword).map((branch) => composed(document, branch));
      if (branches.length === 0) continue;
      drops.add(part.path, keyword, UNION);
      unions.push(branches);
    }
    if (part !== root) takeOver(document, part, members, drops, write);
  }
  for (const branches of unions) {
    for (const [name, schema] of alternatives(document, branches, write)) {
      add(properties, name, schema);
    }
    for (const name of requiredByAll(document, branches)) required.add(name);
  }
  closeIfExact(document, parts, unions, members, drops, write);
  members.set(
    'properties',
    Object.fromEntries([...properties].map(([name, all]) => [write.name(name), both(all)])),
  );
  if (required.size > 0) members.set('required', [...required].map(write.name));
  return [...members];
}

/** A schema, and all that it is composed of by `$ref` and `allOf`. */
function composed(document: SchemaDocument, start: Part): Part[] {
  const found = new Map<string, Part>();
  const work = [start];
  for (let part = work.shift(); part !== undefined; part = work.shift()) {
    if (found.has(part.path)) continue;
    found.set(part.path, part);
    const target = document.target(document.keywords(part).get('$ref'));
    if (target !== null) work.push(target);
    work.push(...document.list(part, 'allOf'));
  }
  return [...found.values()];
}

function requiredOf(document: SchemaDocument, part: Part): string[] {
  const names = document.keywords(part).get('required');
  return Array.isArray(names) ? names.map(String) : [];
}

function takeOver(
  document: SchemaDocument,
  part: Part,
  members: Map<string, unknown>,
  drops: Drops,
  write: PartWriter,
): void {
  const found = document.keywords(part);
  const free = FREE_NAMES.some((keyword) => members.has(keyword)) ? [] : FREE_NAMES;
  const taken = [...TAKEN_OVER, ...free];
  const others = new Set([...found.keys()].filter((keyword) => !taken.includes(keyword)));
  for (const [keyword, value] of write.members(part, others)) {
    if (!members.has(keyword)) members.set(keyword, value);
    else if (!JOINED.includes(keyword)) drops.add(part.path, keyword, APART);
  }
  for (const keyword of others) {
    if (!JOINED.includes(keyword)) drops.add(part.path, keyword, APART);
  }
}

/** For each property of any branch: what it may be in one of them. */
function alternatives(
  document: SchemaDocument,
  branches: readonly Branch[],
  write: PartWriter,
): [name: string, schema: unknown][] {
  const named = branches.map((branch) => {
    const own = new Map<string, unknown[]>();
    for (const part of branch) {
      for (const [name, child] of document.map(part, 'properties')) {
        add(own, name, write.schema(child));
      }
    }
    return own;
  });
  const names = new Set(named.flatMap((own) => [...own.keys()]));
  return [...names].map((name) => {
    const all = new Map<string, unknown>();
    for (const [i, own] of named.entries()) {
      const schemas = own.get(name);
      // A branch that does not name the property allows anything for it, unless it is closed.
      if (schemas === undefined && isClosed(document, branches[i] as Branch)) continue;
      const schema = schemas === undefined ? {} : both(schemas);
      all.set(canonicalText(schema), schema);
    }
    const list = [...all.values()];
    return [name, list.length === 1 ? list[0] : { anyOf: list }];
  });
}

function isClosed(document: SchemaDocument, branch: Branch): boolean {
  return branch.some((part) => {
    const found = document.keywords(part);
    return found.get('additionalProperties') === false && !found.has('patternProperties');
  });
}

function requiredByAll(document: SchemaDocument, branches: readonly Branch[]): string[] {
  const [first = [], ...others] = branches.map((branch) =>
    branch.flatMap((part) => requiredOf(document, part)),
  );
  return first.filter((name) => others.every((names) => names.includes(name)));
}

/** With all properties in one place, `unevaluatedProperties` is `additionalProperties`. */
function closeIfExact(
  document: SchemaDocument,
  parts: readonly Part[],
  unions: readonly Branch[][],
  members: Map<string, unknown>,
  drops: Drops,
  write: PartWriter,
): void {
  const [root, ...others] = parts as [Part, ...Part[]];
  const value = document.keywords(root).get('unevaluatedProperties');
  if (value === undefined) return;
  const evaluates = (part: Part, but: readonly string[]) =>
    EVALUATING.some((key) => !but.includes(key) && document.keywords(part).has(key));
  const exact =
    !evaluates(root, ['unevaluatedProperties', ...UNIONS]) &&
    !others.some((part) => evaluates(part, UNIONS)) &&
    !unions.flat(2).some((part) => evaluates(part, []));
  if (!exact) drops.add(root.path, 'unevaluatedProperties', APART);
  else {
    const child = document.below(root, 'unevaluatedProperties', value);
    members.set('additionalProperties', write.schema(child));
  }
}

function add(into: Map<string, unknown[]>, name: string, schema: unknown): void {
  const list = into.get(name);
  if (list === undefined) into.set(name, [schema]);
  else list.push(schema);
}

function both(all: readonly unknown[]): unknown {
  const different = [...new Map(all.map((each) => [canonicalText(each), each])).values()];
  return different.length === 1 ? different[0] : { allOf: different };
}
