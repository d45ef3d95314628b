import { isObject, pointerTo } from '../json/index.js';
import { count } from '../text/index.js';
import { Identities } from './identities.js';
import type { SchemaFault } from './json-schema.js';
import { ANNOTATIONS, APPLICATORS, ASSERTIONS, DIALECTS, type Dialect } from './schema-keywords.js';

/** A schema in the words of 2020-12, whichever dialect its author wrote. */
export interface ModernSchema {
  /** The schema as it was given, when nothing in it had to be said otherwise. */
  readonly schema: unknown;
  /** What has no meaning in any dialect that the host knows. */
  readonly faults: readonly SchemaFault[];
  /** What is odd about it and changes no validation. */
  readonly oddities: readonly SchemaFault[];
  /** Returns the place in the text of the author for a JSON pointer into `schema`. */
  written(path: string): string;
}

// What may have to be said otherwise; a text without it needs no closer look.
const MAYBE = new RegExp(
  [
    '"(?:nullable|dependencies|additionalItems)":',
    '"\\$(?:schema|id|dynamicRef|dynamicAnchor|recursiveRef|recursiveAnchor)":',
    '"id":"',
    '"\\$ref":"[^#]',
    '(?<!"(?:default|const)"):null',
    '"(?:\\$comment|title|description|format|contentEncoding|contentMediaType)":[^"]',
    '"(?:deprecated|readOnly|writeOnly)":[^tf]',
    '"examples":[^[]',
  ].join('|'),
);

/**
 * Translates a schema of draft-04 to 2019-09, and the words of OpenAPI, into 2020-12.
 *
 * @param schema parsed JSON, not nested deeper than SPEC_DEPTH
 * @param text its JSON
 */
export function modernise(schema: unknown, text: string): ModernSchema {
  if (!MAYBE.test(text)) return { schema, faults: [], oddities: [], written: (path) => path };
  return new Translation().of(schema);
}

/** Where a schema stands. */
interface Spot {
  readonly written: string;
  readonly modern: string;
  /** The URI that its references are relative to. */
  readonly base: string;
  readonly dialect: Dialect;
}

type Members = Map<string, unknown>;

/** One keyword of a schema, on its way into the translated one. */
interface Written {
  readonly keyword: string;
  readonly value: unknown;
  /** Where it stands. */
  readonly at: string;
  readonly schema: object;
  readonly spot: Spot;
  /** Of what the schema becomes. */
  readonly members: Members;
}

// Without `$schema` a schema is one of 2020-12. `items` as a list is refused there with a hint.
const LATEST: Dialect = 'latest';
const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
/** Keywords for which null is a value like any other. */
const TAKES_NULL = new Set(['const', 'default', 'examples', 'example']);
/** Keywords that a null must get past once `type` and `enum` admit it. */
const IN_PLACE = ['const', 'allOf', 'oneOf', 'not', 'if', '$ref', '$dynamicRef', '$recursiveRef'];

class Translation {
  readonly #faults: SchemaFault[] = [];
  /** Places by what is odd about them. */
  readonly #oddities = new Map<string, string[]>();
  readonly #identities = new Identities();
  readonly #references: (() => void)[] = [];
  #changed = false;

  of(schema: unknown): ModernSchema {
    const spot = { written: '', modern: '', base: Identities.NO_BASE, dialect: LATEST };
    const made = this.#schema(schema, spot);
    for (const settle of this.#references) settle();
    const oddities = Array.from(this.#oddities, ([message, paths]) => ({
      path: paths[0] ?? '',
      message:
        paths.length > 1
          ? `${message} (also in ${count(paths.length - 1, 'other place')})`
          : message,
    }));
    return {
      schema: this.#changed ? finished(made) : schema,
      faults: this.#faults,
      oddities,
      written: (path) => this.#identities.written(path),
    };
  }

  /** Returns the members of what the schema becomes, so that references in it can still change. */
  #schema(schema: unknown, given: Spot): unknown {
    if (!isObject(schema)) return schema;
    const spot = this.#identified(schema, given);
    const { written, modern } = spot;
    const wraps = schema.nullable === true && IN_PLACE.some((keyword) => keyword in schema);
    const inside = wraps ? { ...spot, modern: `${modern}/anyOf/0` } : spot;
    if (wraps) this.#identities.moved(written, inside.modern);
    this.#identities.moved(written, modern);
    const members: Members = new Map();
    for (const [keyword, value] of Object.entries(schema)) {
      const at = pointerTo(written, keyword);
      if (value === null && isKnown(keyword)) {
        this.#odd(at, `"${keyword}" is null, which counts as absent`);
      } else this.#keyword({ keyword, value, at, schema, spot: inside, members });
    }
    return schema.nullable === true ? this.#orNull(members, wraps) : members;
  }

  #keyword(written: Written): void {
    const { keyword, value, members } = written;
    if (this.#special.get(keyword)?.(written) === true) return;
    if (ANNOTATIONS.has(keyword)) this.#annotation(written);
    else if (APPLICATORS.has(keyword)) this.#below(written);
    else members.set(keyword, value);
  }

  /** What has to be said otherwise; false: this time not. */
  readonly #special = new Map<string, (written: Written) => boolean>([
    ['$schema', (written) => this.#dialect(written)],
    ['$id', (written) => this.#identity(written)],
    ['id', (written) => written.spot.dialect === 'draft-04' && this.#identity(written)],
    ['nullable', (written) => this.#nullable(written)],
    ['items', (written) => this.#tuple(written)],
    ['additionalItems', (written) => this.#restOfTuple(written)],
    ['dependencies', (written) => this.#dependencies(written)],
    ['exclusiveMinimum', (written) => this.#exclusive(written, 'minimum')],
    ['exclusiveMaximum', (written) => this.#exclusive(written, 'maximum')],
    ['minimum', (written) => this.#becomesExclusive(written, 'exclusiveMinimum')],
    ['maximum', (written) => this.#becomesExclusive(written, 'exclusiveMaximum')],
    ['$ref', (written) => this.#reference(written)],
    // A schema is one document, in which a dynamic reference leads where any other one does.
    ['$dynamicRef', (written) => !('$ref' in written.schema) && this.#reference(written)],
    ['$recursiveRef', (written) => !('$ref' in written.schema) && this.#reference(written)],
    ['$dynamicAnchor', (written) => this.#anchor(written)],
    ['$recursiveAnchor', () => this.#drop()],
  ]);

  /** Translates the schemas in a keyword. */
  #below(written: Written): void {
    const { keyword, value, at, members, spot } = written;
    const place = APPLICATORS.get(keyword)?.place;
    if (place === 'schema') this.#child(written, keyword);
    else if (place === 'list' && Array.isArray(value)) {
      const made = value.map((each, i) => this.#schema(each, below(spot, at, keyword, i)));
      members.set(keyword, made);
    } else if (place === 'map' && isObject(value)) {
      const made = Object.entries(value).map(
        ([name, each]) => [name, this.#schema(each, below(spot, at, keyword, name))] as const,
      );
      members.set(keyword, new Map(made));
    } else members.set(keyword, value);
  }

  /** @param keyword under which the schema stands from now on */
  #child({ value, at, members, spot }: Written, keyword: string): void {
    const modern = pointerTo(spot.modern, keyword);
    members.set(keyword, this.#schema(value, { ...spot, written: at, modern }));
  }

  #drop(): true {
    this.#changed = true;
    return true;
  }

  #dialect({ value, at, spot, members }: Written): true {
    const known = typeof value === 'string' && dialectOf(value) !== undefined;
    if (!known) this.#fault(at, dialectProblem(value));
    // Within a schema it says nothing that the walk does not know by then.
    if (spot.written !== '') return this.#drop();
    members.set('$schema', DRAFT_2020);
    if (value !== DRAFT_2020) this.#changed = true;
    return true;
  }

  /** References to a schema within this one become pointers, so only the document keeps its name. */
  #identity({ keyword, value, at, spot, members }: Written): true {
    const isRoot = spot.written === '';
    if (typeof value !== 'string') this.#fault(at, `"${keyword}" must be text`);
    else if (/^#./.test(value)) members.set('$anchor', value.slice(1));
    else if (isRoot && keyword === '$id') return members.set('$id', value) && true;
    else if (isRoot) members.set('$id', value);
    return this.#drop();
  }

  /** What `$schema` and the id of a schema say about all that is in it. */
  #identified(schema: object, given: Spot): Spot {
    const { $schema, $id, id } = schema as { $schema?: unknown; $id?: unknown; id?: unknown };
    const dialect = (typeof $schema === 'string' && dialectOf($schema)) || given.dialect;
    const isRoot = given.written === '';
    const own = $id ?? (dialect === 'draft-04' || isRoot ? id : undefined);
    const base = this.#identities.resource(own, given.base, given.written);
    return { ...given, dialect, base };
  }

  #nullable({ value, at }: Written): true {
    if (typeof value !== 'boolean') this.#fault(at, '"nullable" must be true or false');
    return this.#drop();
  }

  #tuple({ value, at, schema, members, spot }: Written): boolean {
    if (spot.dialect === LATEST || !Array.isArray(value) || 'prefixItems' in schema) return false;
    if (value.length === 0) return this.#drop();
    this.#identities.moved(at, pointerTo(spot.modern, 'prefixItems'));
    const made = value.map((each, i) => this.#schema(each, below(spot, at, 'prefixItems', i)));
    members.set('prefixItems', made);
    return this.#drop();
  }

  /** It is about what follows a list of items, and means nothing without one. */
  #restOfTuple(written: Written): boolean {
    if (written.spot.dialect === LATEST) return false;
    if (Array.isArray(Reflect.get(written.schema, 'items'))) this.#child(written, 'items');
    return this.#drop();
  }

  #dependencies({ value, at, schema, members, spot }: Written): boolean {
    const isTwice = 'dependentSchemas' in schema || 'dependentRequired' in schema;
    if (spot.dialect === LATEST || !isObject(value) || isTwice) return false;
    const [names, schemas]: [Members, Members] = [new Map(), new Map()];
    for (const [name, needs] of Object.entries(value)) {
      if (Array.isArray(needs)) names.set(name, needs);
      else schemas.set(name, this.#schema(needs, below(spot, at, 'dependentSchemas', name)));
    }
    if (names.size > 0) members.set('dependentRequired', names);
    if (schemas.size > 0) members.set('dependentSchemas', schemas);
    return this.#drop();
  }

  #exclusive({ keyword, value, schema, members, spot }: Written, bound: string): boolean {
    if (spot.dialect !== 'draft-04' || typeof value !== 'boolean') return false;
    if (value && bound in schema) members.set(keyword, Reflect.get(schema, bound));
    return this.#drop();
  }

  #becomesExclusive({ schema, spot }: Written, keyword: string): boolean {
    return spot.dialect === 'draft-04' && Reflect.get(schema, keyword) === true;
  }

  #anchor({ value, schema, members }: Written): boolean {
    if ('$anchor' in schema) return false;
    members.set('$anchor', value);
    return this.#drop();
  }

  #reference({ keyword, value, at, members, spot }: Written): true {
    members.set('$ref', value);
    if (keyword !== '$ref') {
      this.#changed = true;
      this.#identities.moved(at, pointerTo(spot.modern, '$ref'));
    }
    if (typeof value !== 'string') return true;
    this.#references.push(() => {
      const local = this.#identities.local(value, spot.base);
      if (local === value) return;
      this.#changed = true;
      members.set('$ref', local);
    });
    return true;
  }

  #annotation({ keyword, value, at, members }: Written): void {
    const { problem, mended } = ANNOTATIONS.get(keyword)?.(value) ?? { problem: null };
    if (problem === null) {
      members.set(keyword, value);
      return;
    }
    this.#odd(at, `"${keyword}" should be ${problem}`);
    if (mended !== undefined) members.set(keyword, mended);
  }

  /** Lets null through, which `nullable` of OpenAPI asks for whatever stands beside it. */
  #orNull(members: Members, wraps: boolean): unknown {
    const nothing = { type: 'null' };
    if (wraps) {
      const isOutside = ([keyword]: [string, unknown]) =>
        !ASSERTIONS.has(keyword) && !APPLICATORS.has(keyword) && keyword !== '$ref';
      const all = [...members];
      const outside = all.filter(isOutside);
      // What still changes references in `members` finds them there.
      for (const [keyword] of outside) members.delete(keyword);
      return new Map<string, unknown>([...outside, ['anyOf', [members, nothing]]]);
    }
    const { type, enum: values, anyOf } = Object.fromEntries(members);
    if (typeof type === 'string' && type !== 'null') members.set('type', [type, 'null']);
    if (Array.isArray(type) && !type.includes('null')) members.set('type', [...type, 'null']);
    if (Array.isArray(values) && !values.includes(null)) members.set('enum', [...values, null]);
    if (Array.isArray(anyOf)) members.set('anyOf', [...anyOf, nothing]);
    return members;
  }

  #fault(path: string, message: string): void {
    this.#faults.push({ path, message });
  }

  #odd(path: string, message: string): void {
    this.#changed = true;
    const places = this.#oddities.get(message);
    if (places === undefined) this.#oddities.set(message, [path]);
    else places.push(path);
  }
}

function below(spot: Spot, at: string, keyword: string, name: string | number): Spot {
  const modern = pointerTo(pointerTo(spot.modern, keyword), name);
  return { ...spot, written: pointerTo(at, name), modern };
}

function isKnown(keyword: string): boolean {
  if (TAKES_NULL.has(keyword)) return false;
  return (
    ASSERTIONS.has(keyword) ||
    APPLICATORS.has(keyword) ||
    ANNOTATIONS.has(keyword) ||
    ['$ref', '$id', 'id', '$schema', 'nullable', 'dependencies', 'additionalItems'].includes(
      keyword,
    )
  );
}

function dialectOf(uri: string): Dialect | undefined {
  return DIALECTS.get(uri.replace(/^https?:\/\//, '').replace(/[#/]+$/, ''));
}

function dialectProblem(value: unknown): string {
  const known = 'draft-04, draft-06, draft-07, 2019-09 and 2020-12 of json-schema.org';
  return typeof value === 'string'
    ? `the dialect "${value}" is not known here, only ${known}; write "${DRAFT_2020}", or leave "$schema" out`
    : '"$schema" must be text';
}

/** The value that members stand for. */
function finished(made: unknown): unknown {
  if (made instanceof Map) {
    return Object.fromEntries(Array.from(made, ([name, each]) => [name, finished(each)]));
  }
  return Array.isArray(made) && made.some(isMade) ? made.map(finished) : made;
}

function isMade(each: unknown): boolean {
  return each instanceof Map;
}
