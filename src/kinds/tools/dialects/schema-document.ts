import { isObject, pointerTo } from '../../../base/json/index.js';
import { APPLICATORS, type JsonSchema, referenceTarget } from '../../../base/schema/index.js';

/** The members of a schema object by keyword. */
type Keywords = ReadonlyMap<string, unknown>;

const DIALECT_2020 = 'https://json-schema.org/draft/2020-12/schema';

/** A schema inside a document, and where it is. */
export interface Part {
  /** An object or a boolean. */
  readonly schema: unknown;
  /** JSON pointer from the root of the document, as it was written. */
  readonly path: string;
}

/** A schema with everything that it refers to. */
export class SchemaDocument {
  readonly root: Part;
  /** All schemas by JSON pointer. */
  readonly #parts = new Map<string, Part>();
  readonly #anchors = new Map<string, string>();
  readonly #id: string | null;
  readonly #keywords = new Map<object, Keywords>();

  constructor(schema: JsonSchema) {
    this.root = { schema, path: '' };
    this.#id = typeof schema.$id === 'string' ? schema.$id : null;
    this.#gather(this.root);
  }

  get parts(): IterableIterator<Part> {
    return this.#parts.values();
  }

  /** The keywords of a schema, as 2020-12, whichever dialect it names. Booleans have no keywords. */
  keywords({ schema }: Part): Keywords {
    if (!isObject(schema)) return NONE;
    let found = this.#keywords.get(schema);
    if (found === undefined) {
      const own = new Map<string, unknown>(Object.entries(schema));
      if (own.has('$schema')) own.set('$schema', DIALECT_2020);
      found = own;
      this.#keywords.set(schema, found);
    }
    return found;
  }

  /** The schema below a keyword, and below a name or an index of it. */
  below(part: Part, keyword: string, schema: unknown, step?: string | number): Part {
    const at = pointerTo(part.path, keyword);
    return { schema, path: step === undefined ? at : pointerTo(at, step) };
  }

  /** The schemas of a keyword that holds a list. */
  list(part: Part, keyword: string): Part[] {
    const found = this.keywords(part).get(keyword);
    if (!Array.isArray(found)) return [];
    return found.map((schema, i) => this.below(part, keyword, schema, i));
  }

  /** The schemas of a keyword that holds them by name. */
  map(part: Part, keyword: string): [name: string, schema: Part][] {
    const found = this.keywords(part).get(keyword);
    if (!isObject(found)) return [];
    return Object.entries(found).map(([name, schema]) => [
      name,
      this.below(part, keyword, schema, name),
    ]);
  }

  /** The schema at a JSON pointer. */
  at(path: string): Part | null {
    return this.#parts.get(path) ?? null;
  }

  /** What a `$ref` leads to; null: to no schema. */
  target(reference: unknown): Part | null {
    if (typeof reference !== 'string') return null;
    const own = this.#id !== null && reference.startsWith(this.#id);
    const local = own ? reference.slice((this.#id as string).length) || '#' : reference;
    if (!local.startsWith('#')) return null;
    const path = referenceTarget(local, this.#anchors);
    return path === null ? null : (this.#parts.get(path) ?? null);
  }

  /** The schemas directly inside of a schema, by keyword. */
  children(part: Part): [keyword: string, child: Part][] {
    if (!isObject(part.schema)) return [];
    return Object.entries(part.schema).flatMap(([keyword, value]) =>
      childrenOf(keyword, value, pointerTo(part.path, keyword)).map((child): [string, Part] => [
        keyword,
        child,
      ]),
    );
  }

  #gather(part: Part): void {
    this.#parts.set(part.path, part);
    if (isObject(part.schema) && typeof part.schema.$anchor === 'string') {
      this.#anchors.set(part.schema.$anchor, part.path);
    }
    for (const [, child] of this.children(part)) this.#gather(child);
  }
}

const NONE: Keywords = new Map();

function childrenOf(keyword: string, value: unknown, path: string): Part[] {
  const place = APPLICATORS.get(keyword)?.place;
  if (place === 'schema') return [{ schema: value, path }];
  if (place === undefined || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([step, schema]) => ({ schema, path: pointerTo(path, step) }));
}
