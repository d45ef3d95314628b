import { isDeeperThan, isObject, lossyJson, pointerTo, SPEC_DEPTH } from '../json/index.js';
import { shorten } from '../text/index.js';
import type { SchemaFault, SchemaLimits } from './json-schema.js';
import { listHint, mapHint, schemaHint } from './keyword-hints.js';
import { modernise } from './modernise.js';
import { type PatternEngine, patternProblem } from './patterns.js';
import { APPLICATORS, type Applicator, ASSERTIONS, REFUSED } from './schema-keywords.js';
import { checkReferences, type SchemaNode } from './schema-references.js';

export const SCHEMA_LIMITS: SchemaLimits = {
  bytes: 64 * 1024,
  depth: 32,
  subschemas: 1_000,
  references: 64,
  expanded: 10_000,
};

/** The outcome of checkSchema(). */
export interface CheckedSchema {
  /** The schema in the words of 2020-12: as it was given, where it had none of others. */
  readonly schema: unknown;
  /** Everything that is wrong, in the order of the text; none: it compiles. */
  readonly faults: readonly SchemaFault[];
  /** What is odd about it and changes no validation. */
  readonly oddities: readonly SchemaFault[];
  /** How many schemas one value may be held against; at most SchemaLimits.expanded. */
  readonly expanded: number;
}

/**
 * Checks a schema that a stranger wrote, without compiling it: size, depth, the keywords of 2020-12 and of the
 * dialects before it, patterns, references. What passes can be compiled and applied in bounded time,
 * touches no network, runs no code of its own. `format` is an annotation.
 *
 * @param schema parsed JSON
 * @param patterns the engine that its patterns will run on
 */
export function checkSchema(
  schema: unknown,
  patterns: PatternEngine,
  limits: SchemaLimits = SCHEMA_LIMITS,
): CheckedSchema {
  const text = schema === undefined ? '' : lossyJson(schema);
  // So deep that it can't be written, or it contains itself.
  if (text === null) return refused(schema, TOO_DEEP);
  const legal = limits === SCHEMA_LIMITS ? LEGAL[patterns].get(text) : undefined;
  if (legal !== undefined) return legal.asWritten ? { ...legal.checked, schema } : legal.checked;
  if (isDeeperThan(schema, SPEC_DEPTH)) return refused(schema, TOO_DEEP);
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) {
    return refused(schema, `is ${bytes} bytes of JSON; the limit is ${limits.bytes}`);
  }
  const modern = modernise(schema, text);
  const walk = new SchemaWalk(patterns, limits);
  walk.visit(modern.schema, '', 1);
  if (walk.size > limits.subschemas) {
    return refused(schema, `has ${walk.size} schemas in it; the limit is ${limits.subschemas}`);
  }
  const { faults, expanded } = checkReferences(walk.nodes, walk.anchors, limits);
  const found = [...walk.faults, ...faults].map(({ path, message }) => ({
    path: modern.written(path),
    message,
  }));
  const checked = {
    schema: modern.schema,
    faults: [...modern.faults, ...found],
    oddities: modern.oddities,
    expanded,
  };
  if (checked.faults.length === 0 && limits === SCHEMA_LIMITS) {
    remember(patterns, text, { checked, asWritten: modern.schema === schema });
  }
  return checked;
}

/** A schema that was found legal, and whether its author wrote it so. */
interface Legal {
  readonly checked: CheckedSchema;
  readonly asWritten: boolean;
}

/** Schemas that were found legal, by engine and text: many tools take the same arguments. */
const LEGAL: Readonly<Record<PatternEngine, Map<string, Legal>>> = {
  guarded: new Map(),
  linear: new Map(),
};

const LONGEST_REMEMBERED = 4096;
const MOST_REMEMBERED = 512;

function remember(patterns: PatternEngine, text: string, legal: Legal): void {
  const known = LEGAL[patterns];
  if (text.length <= LONGEST_REMEMBERED && known.size < MOST_REMEMBERED) known.set(text, legal);
}

const TOO_DEEP = `nests deeper than ${SPEC_DEPTH} levels`;

function refused(schema: unknown, problem: string): CheckedSchema {
  const faults = [{ path: '', message: `the schema ${problem}` }];
  return { schema, faults, oddities: [], expanded: 0 };
}

/** One pass over a schema as written; gathers its faults, and its nodes by JSON pointer. */
class SchemaWalk {
  readonly faults: SchemaFault[] = [];
  readonly nodes = new Map<string, SchemaNode>();
  readonly anchors = new Map<string, string>();
  /** Schemas, and what costs as much to compile. */
  size = 0;
  readonly #patterns: PatternEngine;
  readonly #limits: SchemaLimits;

  constructor(patterns: PatternEngine, limits: SchemaLimits) {
    this.#patterns = patterns;
    this.#limits = limits;
  }

  visit(schema: unknown, path: string, depth: number, keyword = ''): void {
    const node: SchemaNode = { path, inPlace: [], below: [], reference: null };
    this.nodes.set(path, node);
    this.size += 1;
    if (typeof schema === 'boolean') return;
    if (!isObject(schema)) {
      this.#fault(
        path,
        `must be a schema: an object, true or false${hinted(schemaHint(schema, keyword))}`,
      );
      return;
    }
    if (depth > this.#limits.depth) {
      this.#fault(path, `schemas nest deeper than ${this.#limits.depth} levels`);
      return;
    }
    for (const [name, value] of Object.entries(schema)) {
      const applicator = APPLICATORS.get(name);
      if (applicator) this.#apply(applicator, name, value, node, depth);
      else if (name === '$ref') this.#reference(value, node);
      else this.#rule(name, value, schema, pointerTo(path, name));
    }
    if (typeof schema.$anchor === 'string') this.#anchor(schema.$anchor, path);
  }

  #anchor(anchor: string, path: string): void {
    const at = pointerTo(path, '$anchor');
    // Two equal anchors would make it a matter of luck where a reference leads.
    if (this.anchors.has(anchor)) this.#fault(at, 'the anchor is used twice');
    this.anchors.set(anchor, path);
  }

  #fault(path: string, message: string): void {
    this.faults.push({ path, message });
  }

  #rule(keyword: string, value: unknown, schema: object, at: string): void {
    const rule = ASSERTIONS.get(keyword) ?? REFUSED.get(keyword);
    const problem = rule?.(value, this.#patterns, schema);
    if (problem) this.#fault(at, `"${keyword}" ${problem}`);
    else if (keyword === 'dependentRequired') this.size += Object.keys(value as object).length;
  }

  #reference(value: unknown, node: SchemaNode): void {
    const at = pointerTo(node.path, '$ref');
    if (typeof value !== 'string') this.#fault(at, '"$ref" must be text');
    else if (value.startsWith('#')) node.reference = value;
    else {
      const hint = 'put that schema into "$defs", and write "#/$defs/" and its name';
      this.#fault(at, `"${shorten(value, 100)}" leads to another document; ${hint}`);
    }
  }

  #apply(
    { place, use }: Applicator,
    keyword: string,
    value: unknown,
    node: SchemaNode,
    depth: number,
  ): void {
    const at = pointerTo(node.path, keyword);
    const child = (schema: unknown, path: string) => {
      if (use === 'inPlace') node.inPlace.push(path);
      else if (use === 'below') node.below.push(path);
      this.visit(schema, path, depth + 1, keyword);
    };
    if (place === 'schema') child(value, at);
    else if (place === 'map') this.#map(keyword, value, at, child);
    else if (Array.isArray(value) && value.length > 0) {
      for (const [i, schema] of value.entries()) child(schema, pointerTo(at, i));
    } else {
      const hint = hinted(listHint(value));
      this.#fault(at, `"${keyword}" must be a list with at least one schema${hint}`);
    }
  }

  #map(
    keyword: string,
    value: unknown,
    at: string,
    child: (schema: unknown, path: string) => void,
  ): void {
    if (!isObject(value)) {
      this.#fault(at, `"${keyword}" must be an object of schemas${hinted(mapHint(value))}`);
      return;
    }
    for (const [name, schema] of Object.entries(value)) {
      const here = pointerTo(at, name);
      if (isUnusable(name, keyword)) this.#fault(here, `the name "${name}" cannot be used here`);
      if (keyword === 'patternProperties') {
        const problem = patternProblem(name, this.#patterns);
        if (problem) this.#fault(here, `"${name}" ${problem}`);
      }
      child(schema, here);
    }
  }
}

function hinted(hint: string | null): string {
  return hint === null ? '' : `; ${hint}`;
}

/**
 * Names that JavaScript gives a meaning of its own: the validator passes `__proto__` over, and in
 * `dependentSchemas` takes what every object inherits for keywords.
 */
function isUnusable(name: string, keyword: string): boolean {
  return name === '__proto__' || (keyword === 'dependentSchemas' && name in Object.prototype);
}
