import { isObject, pointerTo } from '../../../base/json/index.js';
import { APPLICATORS, type JsonSchema, referenceTarget } from '../../../base/schema/index.js';
import { isOldForm, type Keywords, malformedIn, modernForm } from './modern-form.js';

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
  /** Whether it has forms of older drafts. */
  readonly hasOldForms: boolean;

  constructor(schema: JsonSchema) {
    this.root = { schema, path: '' };
    this.#id = typeof schema.$id === 'string' ? schema.$id : null;
    this.#gather(this.root);
    this.hasOldForms = [...this.#parts.values()].some(
      (part) => isObject(part.schema) && isOldForm(part.schema),
    );
  }

  get parts(): IterableIterator<Part> {
    return this.#parts.values();
  }

  /** The keywords of a schema as 2020-12 writes them; a boolean has no keywords. */
  keywords({ schema }: Part): Keywords {
    if (!isObject(schema)) return NONE;
    let found = this.#keywords.get(schema);
    if (found === undefined) {
      found = modernForm(schema);
      this.#keywords.set(schema, found);
    }
    return found;
  }

  /** The schema below a keyword of keywords(), and below a name or an index of it. */
  below(part: Part, keyword: string, schema: unknown, step?: string | number): Part {
    const at = pointerTo(part.path, writtenAs(part.schema, keyword, step));
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

  /** Keywords of a schema that keywords() leaves out. */
  malformed({ schema }: Part): string[] {
    return isObject(schema) ? malformedIn(schema) : [];
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

/** The keyword of the document that modernForm() has renamed. */
function writtenAs(schema: unknown, keyword: string, step?: string | number): string {
  if (!isObject(schema)) return keyword;
  if (keyword === 'items' && Array.isArray(schema.items)) return 'additionalItems';
  if (keyword === 'prefixItems' && Array.isArray(schema.items)) return 'items';
  const { dependencies } = schema;
  const moved = isObject(dependencies) && Object.hasOwn(dependencies, String(step));
  return keyword === 'dependentSchemas' && moved ? 'dependencies' : keyword;
}

function childrenOf(keyword: string, value: unknown, path: string): Part[] {
  const isList = Array.isArray(value);
  const isMap = APPLICATORS.get(keyword)?.place === 'map' || keyword === 'dependencies';
  if (isList && (APPLICATORS.get(keyword)?.place === 'list' || keyword === 'items')) {
    return value.map((schema, i) => ({ schema, path: pointerTo(path, i) }));
  }
  if (isMap && isObject(value)) {
    return Object.entries(value)
      .filter(([, schema]) => !Array.isArray(schema))
      .map(([name, schema]) => ({ schema, path: pointerTo(path, name) }));
  }
  const isOne = APPLICATORS.get(keyword)?.place === 'schema' || keyword === 'additionalItems';
  return isOne && !isList ? [{ schema: value, path }] : [];
}
