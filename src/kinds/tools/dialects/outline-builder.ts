import { jsonText } from '../../../base/json/index.js';
import { aboutOf, hinted } from './about-schemas.js';
import { type Allowed, allowedBy, isOfType, type JsonType } from './allowed-types.js';
import { Budget } from './budget.js';
import { conjunctionOf, type Given } from './conjunction.js';
import { definitionName } from './definition-name.js';
import type { DialectTable } from './dialect-table.js';
import type { Drops } from './drops.js';
import { joinObjects } from './join-objects.js';
import {
  type About,
  choiceOf,
  type Member,
  NO_CHECKS,
  type ObjectOutline,
  type Outline,
  type ScalarType,
  textOf,
  withAbout,
} from './outline.js';
import { ScalarChecks } from './scalar-checks.js';
import type { Part, SchemaDocument } from './schema-document.js';
import { combinations, unionsUsed } from './union-options.js';

/** Where in a schema an outline is made. */
interface Place {
  /** Objects and arrays around it. */
  readonly depth: number;
  /** References that are being followed. */
  readonly open: readonly string[];
  /** It is the schema of all arguments, which is one object in every dialect. */
  readonly root: boolean;
}

/** The outline of the arguments of a tool, and the definitions that it links to. */
export interface ToolOutline {
  readonly root: ObjectOutline;
  readonly definitions: ReadonlyMap<string, Outline>;
}

/** What a dialect has that outlines depend on. */
export interface OutlineOptions {
  /** References stay references, to definitions. */
  readonly links: boolean;
  /** An object without named members may have any. */
  readonly freeObjects: boolean;
}

const AS_TEXT = 'an object without named properties is sent as JSON text';
const OBJECT_KEYWORDS = ['properties', 'required', 'additionalProperties', 'patternProperties'];
const ARRAY_KEYWORDS = ['items', 'prefixItems'];
const ANNOTATIONS = new Set([
  ...['$ref', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly'],
  ...['writeOnly', '$comment', '$schema', '$id', '$anchor', '$defs', 'definitions'],
]);

/** Makes the outline of a schema. It ends for every schema, and what it makes is bounded. */
export class OutlineBuilder {
  readonly #document: SchemaDocument;
  readonly #table: DialectTable;
  readonly #drops: Drops;
  readonly #options: OutlineOptions;
  readonly #checks: ScalarChecks;
  readonly #budget: Budget;
  /** Names of definitions by the path of what they define. */
  readonly #links = new Map<string, string>();

  constructor(
    document: SchemaDocument,
    table: DialectTable,
    drops: Drops,
    options: OutlineOptions,
  ) {
    this.#document = document;
    this.#table = table;
    this.#drops = drops;
    this.#options = options;
    this.#checks = new ScalarChecks(document, table, drops);
    this.#budget = new Budget(table);
  }

  build(): ToolOutline {
    const { root } = this.#document;
    const made = this.#make([{ part: root, followed: false }], {
      depth: 0,
      open: [],
      root: true,
    });
    const definitions = new Map<string, Outline>();
    // Making one may ask for others.
    for (const [path, name] of this.#links) {
      const target = this.#document.at(path);
      const given = target === null ? [] : [{ part: target, followed: false }];
      const outline = this.#make(given, { depth: 0, open: [path], root: false });
      definitions.set(name, outline ?? textOf('any value'));
    }
    return { root: joinObjects(made), definitions };
  }

  /** The outline of what all these schemas accept; null: they accept nothing. */
  #make(given: readonly Given[], place: Place): Outline | null {
    const link = this.#link(given);
    if (link !== null) return link;
    const { parts, unions, targets, cut } = conjunctionOf(this.#document, given, place.open);
    if (cut !== null) {
      this.#drops.add(cut.path, '$ref', 'it is recursive, and the dialect has no references');
      const target = this.#document.target(this.#document.keywords(cut).get('$ref'));
      return this.#plain(target === null ? parts : [...parts, target]);
    }
    if (!this.#budget.takeSchemas(1)) return this.#tooMuch(parts);
    const inside = { ...place, open: [...place.open, ...targets] };
    // What is said of a choice isn't said of its options again.
    const before = new Set(given.flatMap(({ part, followed }) => (followed ? part.path : [])));
    const own = parts.filter(({ path }) => !before.has(path));
    const about = aboutOf(this.#document, own);
    const used = unionsUsed(unions, place.root, this.#drops);
    if (used.length === 0) return this.#single(parts, inside, about);
    const fixed = parts.map((part): Given => ({ part, followed: true }));
    const options = combinations(used).map((branches) =>
      this.#make([...fixed, ...branches.map((part) => ({ part, followed: false }))], inside),
    );
    return choiceOf(
      options.filter((option) => option !== null),
      about,
    );
  }

  /** A reference with nothing next to it that a value is held against. */
  #link(given: readonly Given[]): Outline | null {
    const [only] = given;
    if (!this.#options.links || given.length !== 1 || only === undefined || only.followed) {
      return null;
    }
    const found = this.#document.keywords(only.part);
    const target = this.#document.target(found.get('$ref'));
    if (target === null || [...found.keys()].some((keyword) => !ANNOTATIONS.has(keyword))) {
      return null;
    }
    let name = this.#links.get(target.path);
    if (name === undefined) {
      name = definitionName(target.path, new Set(this.#links.values()));
      this.#links.set(target.path, name);
      this.#budget.takeDefinition(name);
    }
    const hints = this.#checks.drop([only.part], []);
    return withAbout({ kind: 'link', name }, hinted(aboutOf(this.#document, [only.part]), hints));
  }

  /** Of schemas without unions. */
  #single(parts: readonly Part[], place: Place, own: About): Outline | null {
    const { types, values } = allowedBy(this.#document, parts);
    if (types !== null && types.length === 0) return null;
    const about = hinted(own, this.#checks.drop(parts, types));
    if (types === null) {
      const has = (keywords: readonly string[]) =>
        parts.some((part) => keywords.some((key) => this.#document.keywords(part).has(key)));
      const likely = [
        ...(has(OBJECT_KEYWORDS) ? [this.#object(parts, place)] : []),
        ...(has(ARRAY_KEYWORDS) ? [this.#list(parts, place)] : []),
      ].filter((outline) => outline !== null);
      return choiceOf([...likely, textOf('any value')], about);
    }
    const options = types.map((type) => this.#typed(type, parts, place, values));
    return choiceOf(
      options.filter((option) => option !== null),
      about,
    );
  }

  #typed(
    type: JsonType,
    parts: readonly Part[],
    place: Place,
    allowed: Allowed['values'],
  ): Outline | null {
    const values = allowed?.filter((value) => isOfType(value, type)) ?? null;
    if (type === 'object' || type === 'array') {
      if (values !== null) this.#dropValues(parts, 'the dialect lists no objects and arrays');
      return type === 'object' ? this.#object(parts, place) : this.#list(parts, place);
    }
    const checks = this.#checks.of(type, parts);
    const about = {};
    const kept = values === null || type === 'null' ? null : this.#values(type, values, parts);
    if (values === null || kept !== null || type === 'null') {
      return { kind: 'scalar', type: type as ScalarType, about, checks, values: kept };
    }
    const hint = hinted(about, [`one of: ${jsonText(values)}`]);
    return { kind: 'scalar', type: type as ScalarType, about: hint, checks, values: null };
  }

  /** The values as the dialect can list them; null: it can't. */
  #values(
    type: JsonType,
    values: readonly unknown[],
    parts: readonly Part[],
  ): readonly unknown[] | null {
    const { enumTypes, dialect } = this.#table;
    const listed = enumTypes.value === null || enumTypes.value.includes(type);
    if (!listed) this.#dropValues(parts, `${dialect} has enum for ${enumTypes.value} only`);
    else if (enumTypes.value !== null && values.includes('')) {
      this.#dropValues(parts, `${dialect} refuses an empty text in enum`);
    } else if (!this.#budget.takeValues(values)) {
      this.#dropValues(parts, 'there are more values than the dialect accepts');
    } else return values;
    return null;
  }

  #dropValues(parts: readonly Part[], reason: string): void {
    for (const part of parts) {
      for (const keyword of ['enum', 'const']) {
        if (this.#document.keywords(part).has(keyword)) this.#drops.add(part.path, keyword, reason);
      }
    }
  }

  #object(parts: readonly Part[], place: Place): Outline | null {
    const named = new Map<string, Given[]>();
    const required = new Set<string>();
    let closed = false;
    for (const part of parts) {
      for (const [name, child] of this.#document.map(part, 'properties')) {
        const given = { part: child, followed: false };
        named.set(name, [...(named.get(name) ?? []), given]);
      }
      const names = this.#document.keywords(part).get('required');
      if (Array.isArray(names)) for (const name of names) required.add(String(name));
    }
    for (const name of required) if (!named.has(name)) named.set(name, []);
    for (const part of parts) {
      if (!this.#isClosed(part)) continue;
      closed = true;
      const own = new Set(this.#document.map(part, 'properties').map(([name]) => name));
      for (const name of named.keys()) if (!own.has(name)) named.delete(name);
    }
    if ([...required].some((name) => !named.has(name))) return null;
    const asText = named.size === 0 && !closed && !this.#options.freeObjects && !place.root;
    this.#dropFreeNames(parts, asText);
    if (asText) return textOf('an object');
    if (place.depth >= this.#budget.depth || !this.#budget.takeProperties([...named.keys()])) {
      return this.#tooMuch(parts);
    }
    const below = { depth: place.depth + 1, open: place.open, root: false };
    const members = new Map<string, Member>();
    for (const [name, given] of named) {
      const outline = this.#make(given, below);
      if (outline !== null) members.set(name, { outline, required: required.has(name) });
      else if (required.has(name)) return null;
    }
    return { kind: 'object', about: {}, members, closed, checks: this.#checks.of('object', parts) };
  }

  #isClosed(part: Part): boolean {
    const found = this.#document.keywords(part);
    return found.get('additionalProperties') === false && !found.has('patternProperties');
  }

  #dropFreeNames(parts: readonly Part[], asText: boolean): void {
    const keyword = 'additionalProperties';
    for (const part of parts) {
      const found = this.#document.keywords(part);
      const value = found.get(keyword);
      if (asText && found.has('type')) this.#drops.add(part.path, 'type', AS_TEXT);
      if (value === undefined) continue;
      if (this.#options.freeObjects) {
        if (value === true) continue;
        this.#drops.add(part.path, keyword, `${this.#table.dialect} does not have this keyword`);
      } else if (value !== false) {
        const reason = asText ? AS_TEXT : 'the dialect sends named properties only';
        this.#drops.add(part.path, keyword, reason);
      }
    }
  }

  #list(parts: readonly Part[], place: Place): Outline | null {
    const checks = new Map(this.#checks.of('array', parts));
    if (place.depth >= this.#budget.depth) return this.#tooMuch(parts);
    const below = { depth: place.depth + 1, open: place.open, root: false };
    const all: Given[] = [];
    for (const part of parts) {
      if (this.#document.keywords(part).has('prefixItems')) continue;
      const value = this.#document.keywords(part).get('items');
      if (value === undefined) continue;
      all.push({ part: this.#document.below(part, 'items', value), followed: false });
    }
    const tuple = parts.find((part) => this.#document.keywords(part).has('prefixItems'));
    const items =
      tuple === undefined ? this.#make(all, below) : this.#tuple(tuple, all, below, checks);
    if (items === null) checks.set('maxItems', 0);
    return { kind: 'list', about: {}, items: items ?? textOf('any value'), checks };
  }

  /** The items of a tuple, each of which may be what any of them is. */
  #tuple(
    tuple: Part,
    all: readonly Given[],
    below: Place,
    checks: Map<string, unknown>,
  ): Outline | null {
    this.#drops.add(tuple.path, 'prefixItems', 'each item may be what any of them may be');
    const first = this.#document.list(tuple, 'prefixItems');
    const most = (checks.get('maxItems') as number | undefined) ?? Number.POSITIVE_INFINITY;
    const rest = this.#document.keywords(tuple).get('items') ?? true;
    const options = first.map((part) => this.#make([...all, { part, followed: false }], below));
    if (rest === false) checks.set('maxItems', Math.min(most, first.length));
    else if (most > first.length) {
      const part = this.#document.below(tuple, 'items', rest);
      options.push(this.#make([...all, { part, followed: false }], below));
    }
    return choiceOf(options.filter((option) => option !== null));
  }

  #tooMuch(parts: readonly Part[]): Outline {
    const [part] = parts;
    const reason = 'the schema is larger or deeper than a definition may be';
    this.#drops.add(part?.path ?? '', 'type', reason);
    return this.#plain(parts);
  }

  /** The type of a value at most. */
  #plain(parts: readonly Part[]): Outline {
    const { types } = allowedBy(this.#document, parts);
    const about = aboutOf(this.#document, parts);
    if (types?.length !== 1 || types[0] !== 'object') return textOf('any value', about);
    if (!this.#options.freeObjects) return textOf('an object', about);
    return { kind: 'object', about, members: new Map(), closed: false, checks: NO_CHECKS };
  }
}
