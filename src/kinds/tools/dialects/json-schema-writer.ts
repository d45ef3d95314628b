import { isObject, type JsonObject } from '../../../base/json/index.js';
import { APPLICATORS } from '../../../base/schema/index.js';
import { definitionName } from './definition-name.js';
import type { DialectTable } from './dialect-table.js';
import type { Drops } from './drops.js';
import type { PropertyNames } from './property-names.js';
import { patternRefusal } from './refused-patterns.js';
import { joinRoot, needsJoining } from './root-object.js';
import type { Part, SchemaDocument } from './schema-document.js';

type Members = [keyword: string, value: unknown][];

const UNKNOWN = 'JSON Schema 2020-12 does not have this keyword';
const INSIDE = 'a schema inside of it can only be sent wider, which would make this one narrower';
const RENAMED = 'the names of properties are sent as others';
const MISSING = 'it leads to no schema of the tool';

/**
 * Writes the schema of a tool for a dialect that accepts JSON Schema 2020-12 but for some keywords.
 * What it writes accepts at least what the schema accepts.
 */
export class JsonSchemaWriter {
  readonly #document: SchemaDocument;
  readonly #table: DialectTable;
  readonly #names: PropertyNames;
  readonly #drops: Drops;
  /** Definitions that are made of schemas referred to elsewhere than in `$defs`, by their path. */
  readonly #moved = new Map<string, string>();
  readonly #loses = new Map<string, boolean>();
  /** Whether references can stay: everything is where it was. */
  #inPlace = true;

  constructor(document: SchemaDocument, table: DialectTable, names: PropertyNames, drops: Drops) {
    this.#document = document;
    this.#table = table;
    this.#names = names;
    this.#drops = drops;
  }

  write(): JsonObject {
    const document = this.#document;
    const { root } = document;
    const joined = needsJoining(document, this.#table.notAtRoot.value);
    this.#inPlace = !joined && !this.#names.changed;
    const members = joined
      ? joinRoot(document, this.#table.notAtRoot.value, this.#drops, {
          schema: (part) => this.#schema(part),
          members: (part, without) => this.#members(part, without),
          name: (name) => this.#names.toSent(name),
        })
      : this.#members(root, new Set());
    const written = new Map<string, unknown>([['type', 'object'], ...members]);
    written.set('type', 'object');
    if (this.#table.rootPropertiesNeeded.value && !written.has('properties')) {
      written.set('properties', {});
    }
    const moved = this.#movedDefinitions();
    if (moved.length > 0) {
      const own = written.get('$defs');
      const before = isObject(own) ? Object.entries(own) : [];
      written.set('$defs', Object.fromEntries([...before, ...moved]));
    }
    return Object.fromEntries(written);
  }

  /** Writing one may move others. */
  #movedDefinitions(): Members {
    const done = new Map<string, unknown>();
    for (const [path, name] of this.#moved) {
      const target = this.#document.at(path);
      if (target !== null) done.set(name, this.#schema(target));
    }
    return [...done];
  }

  #schema(part: Part): JsonObject | boolean {
    if (typeof part.schema === 'boolean') return part.schema;
    const members = this.#members(part, new Set());
    const type = this.#document.keywords(part).get('type');
    const isArray = [type].flat().includes('array');
    if (this.#table.itemsNeeded.value && isArray && !members.some(([key]) => key === 'items')) {
      members.push(['items', {}]);
    }
    return Object.fromEntries(members);
  }

  #members(part: Part, without: ReadonlySet<string>): Members {
    const found = this.#document.keywords(part);
    const members: Members = [];
    for (const [keyword, value] of found) {
      if (without.has(keyword)) continue;
      const reason = this.#refusal(part, keyword, value);
      if (reason !== null) this.#drops.add(part.path, keyword, reason);
      if (reason === null) this.#add(members, part, keyword, value);
      else if (keyword === 'oneOf' && reason === INSIDE && !found.has('anyOf')) {
        members.push(['anyOf', this.#list(part, keyword)]);
      }
    }
    return members;
  }

  /** Why a keyword can't be sent as it is; null: it can. */
  #refusal(part: Part, keyword: string, value: unknown): string | null {
    const { keywords } = this.#table;
    if (keywords.value !== null && !keywords.value.includes(keyword)) return UNKNOWN;
    switch (keyword) {
      case '$ref':
        return this.#document.target(value) === null ? MISSING : null;
      case 'pattern':
        return this.#patternRefusal(value);
      case 'patternProperties':
        if (this.#names.changed) return RENAMED;
        return Object.keys(value as object).reduce<string | null>(
          (found, key) => found ?? this.#patternRefusal(key),
          null,
        );
      case 'propertyNames':
        return this.#names.changed ? RENAMED : null;
      case 'additionalProperties':
        return this.#losesPatterns(part)
          ? 'it depends on patternProperties, which is dropped'
          : null;
      case 'not':
      case 'if':
      case 'then':
      case 'else':
      case 'oneOf':
      case 'maxContains':
        return this.#widens(part, keyword) ? INSIDE : null;
      case 'unevaluatedProperties':
      case 'unevaluatedItems':
        return this.#reachesLoss(part) ? INSIDE : null;
      default:
        return null;
    }
  }

  #patternRefusal(pattern: unknown): string | null {
    return patternRefusal(String(pattern), this.#table.anyPattern.value);
  }

  #losesPatterns(part: Part): boolean {
    const patterns = this.#document.keywords(part).get('patternProperties');
    return isObject(patterns) && this.#refusal(part, 'patternProperties', patterns) !== null;
  }

  /** Whether what a keyword must not accept too much of would be sent wider than it is. */
  #widens(part: Part, keyword: string): boolean {
    const judged = ['then', 'else'].includes(keyword)
      ? 'if'
      : keyword === 'maxContains'
        ? 'contains'
        : keyword;
    return this.#document
      .children(part)
      .some(([name, child]) => name === judged && this.#reachesLoss(child));
  }

  /** Whether anything that a schema asks of a value is dropped. */
  #reachesLoss(part: Part): boolean {
    const known = this.#loses.get(part.path);
    if (known !== undefined) return known;
    const seen = new Set<string>();
    const work = [part];
    let lost = false;
    for (let each = work.pop(); each !== undefined && !lost; each = work.pop()) {
      if (seen.has(each.path)) continue;
      seen.add(each.path);
      const found = this.#document.keywords(each);
      lost = ['pattern', 'patternProperties', 'propertyNames'].some(
        (keyword) =>
          found.has(keyword) && this.#refusal(each as Part, keyword, found.get(keyword)) !== null,
      );
      for (const [keyword, child] of this.#document.children(each)) {
        if (APPLICATORS.get(keyword)?.use !== 'definition') work.push(child);
      }
      const target = this.#document.target(found.get('$ref'));
      if (target !== null) work.push(target);
    }
    this.#loses.set(part.path, lost);
    return lost;
  }

  #add(members: Members, part: Part, keyword: string, value: unknown): void {
    const place = APPLICATORS.get(keyword)?.place;
    if (keyword === '$anchor' && !this.#inPlace) return;
    // Its only use are references, which are written as pointers from the root.
    if (keyword === '$id' && part.path !== '') return;
    if (place === 'schema') {
      members.push([keyword, this.#schema(this.#document.below(part, keyword, value))]);
    } else if (place === 'list') members.push([keyword, this.#list(part, keyword)]);
    else if (place === 'map') members.push([keyword, this.#map(part, keyword)]);
    else members.push([keyword, this.#value(keyword, value)]);
  }

  #list(part: Part, keyword: string): (JsonObject | boolean)[] {
    return this.#document.list(part, keyword).map((child) => this.#schema(child));
  }

  #map(part: Part, keyword: string): JsonObject {
    const areNames = keyword === 'properties' || keyword === 'dependentSchemas';
    return Object.fromEntries(
      this.#document
        .map(part, keyword)
        .map(([name, child]) => [areNames ? this.#names.toSent(name) : name, this.#schema(child)]),
    );
  }

  #value(keyword: string, value: unknown): unknown {
    const sent = (list: unknown) =>
      Array.isArray(list) ? list.map((name) => this.#names.toSent(String(name))) : list;
    switch (keyword) {
      case '$ref':
        return this.#reference(value as string);
      case 'required':
        return sent(value);
      case 'dependentRequired':
        return Object.fromEntries(
          Object.entries(value as object).map(([name, list]) => [
            this.#names.toSent(name),
            sent(list),
          ]),
        );
      default:
        return this.#names.valueToSent(value);
    }
  }

  #reference(reference: string): string {
    const path = this.#document.target(reference)?.path ?? '';
    if (this.#inPlace) return reference;
    const isDefinition = /^\/(?:\$defs|definitions)\/[^/]*$/.test(path);
    // A fragment can't say half of a surrogate pair.
    if (isDefinition && path.isWellFormed()) return `#${fragment(path)}`;
    let name = this.#moved.get(path);
    if (name === undefined) {
      name = this.#freshName(path);
      this.#moved.set(path, name);
    }
    return `#/$defs/${name}`;
  }

  #freshName(path: string): string {
    const taken = new Set(this.#document.map(this.#document.root, '$defs').map(([name]) => name));
    for (const name of this.#moved.values()) taken.add(name);
    return definitionName(path, taken);
  }
}

/** A JSON pointer as the fragment of a URI. */
function fragment(path: string): string {
  return encodeURI(path).replaceAll('#', '%23');
}
