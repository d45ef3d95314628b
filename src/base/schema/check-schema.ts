import { isDeeperThan, isObject, lossyJson, pointerTo, SPEC_DEPTH } from '../json/index.js';
import { SCHEMA_LIMITS, type SchemaFault, type SchemaLimits } from './json-schema.js';
import { type PatternEngine, patternProblem } from './patterns.js';
import {
  ANNOTATIONS,
  APPLICATORS,
  type Applicator,
  ASSERTIONS,
  DIALECTS,
  REFUSED,
} from './schema-keywords.js';
import { checkReferences, type SchemaNode } from './schema-references.js';

/** The outcome of checkSchema(). */
export interface CheckedSchema {
  /** Everything that is wrong, in the order of the text; none: it compiles. */
  readonly faults: readonly SchemaFault[];
  /** How many schemas one value may be held against; at most SchemaLimits.expanded. */
  readonly expanded: number;
}

/**
 * Checks a schema that a stranger wrote, without compiling it: size, depth, the keywords of
 * 2020-12, patterns, references. What passes can be compiled and applied in bounded time,
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
  if (text === null) return TOO_DEEP; // so deep that it can't be written, or it contains itself
  const legal = limits === SCHEMA_LIMITS ? LEGAL[patterns].get(text) : undefined;
  if (legal !== undefined) return legal;
  if (isDeeperThan(schema, SPEC_DEPTH)) return TOO_DEEP;
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) {
    return refused(`is ${bytes} bytes of JSON; the limit is ${limits.bytes}`);
  }
  const walk = new SchemaWalk(patterns, limits);
  walk.visit(schema, '', 1);
  if (walk.size > limits.subschemas) {
    return refused(`has ${walk.size} schemas in it; the limit is ${limits.subschemas}`);
  }
  const { faults, expanded } = checkReferences(walk.nodes, walk.anchors, limits);
  const checked = { faults: [...walk.faults, ...faults], expanded };
  if (checked.faults.length === 0 && limits === SCHEMA_LIMITS) remember(patterns, text, checked);
  return checked;
}

/** Schemas that were found legal, by engine and text: many tools take the same arguments. */
const LEGAL: Readonly<Record<PatternEngine, Map<string, CheckedSchema>>> = {
  native: new Map(),
  linear: new Map(),
};

const LONGEST_REMEMBERED = 4096;
const MOST_REMEMBERED = 512;

function remember(patterns: PatternEngine, text: string, checked: CheckedSchema): void {
  const legal = LEGAL[patterns];
  if (text.length <= LONGEST_REMEMBERED && legal.size < MOST_REMEMBERED) legal.set(text, checked);
}

const TOO_DEEP = refused(`nests deeper than ${SPEC_DEPTH} levels`);

function refused(message: string): CheckedSchema {
  return { faults: [{ path: '', message: `the schema ${message}` }], expanded: 0 };
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

  visit(schema: unknown, path: string, depth: number): void {
    const node: SchemaNode = { path, inPlace: [], below: [], reference: null };
    this.nodes.set(path, node);
    this.size += 1;
    if (typeof schema === 'boolean') return;
    if (!isObject(schema)) {
      this.#fault(path, 'must be a schema: an object, true or false');
      return;
    }
    if (depth > this.#limits.depth) {
      this.#fault(path, `schemas nest deeper than ${this.#limits.depth} levels`);
      return;
    }
    for (const [keyword, value] of Object.entries(schema)) {
      const at = pointerTo(path, keyword);
      const applicator = APPLICATORS.get(keyword);
      if (applicator) this.#apply(applicator, keyword, value, node, depth);
      else if (keyword === '$ref') this.#reference(value, node);
      else if (keyword === '$id' || keyword === '$schema') this.#identity(keyword, value, path);
      else this.#rule(keyword, value, at);
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

  #rule(keyword: string, value: unknown, at: string): void {
    const rule = ASSERTIONS.get(keyword) ?? ANNOTATIONS.get(keyword) ?? REFUSED.get(keyword);
    const problem = rule?.(value, this.#patterns);
    if (problem) this.#fault(at, `"${keyword}" ${problem}`);
    else if (keyword === 'dependentRequired') this.size += Object.keys(value as object).length;
  }

  #identity(keyword: '$id' | '$schema', value: unknown, path: string): void {
    const at = pointerTo(path, keyword);
    if (typeof value !== 'string') this.#fault(at, `"${keyword}" must be text`);
    else if (path !== '') this.#fault(at, `"${keyword}" may stand at the root of the schema only`);
    else if (keyword === '$schema' && !DIALECTS.has(value.replace(/#$/, ''))) {
      this.#fault(at, 'is not a dialect that is known here; write 2020-12, or leave "$schema" out');
    }
  }

  #reference(value: unknown, node: SchemaNode): void {
    if (typeof value === 'string' && value.startsWith('#')) node.reference = value;
    else {
      this.#fault(
        pointerTo(node.path, '$ref'),
        '"$ref" must begin with "#": a schema cannot refer to another document',
      );
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
      this.visit(schema, path, depth + 1);
    };
    if (place === 'schema') child(value, at);
    else if (place === 'map') this.#map(keyword, value, at, child);
    else if (Array.isArray(value) && value.length > 0) {
      for (const [i, schema] of value.entries()) child(schema, pointerTo(at, i));
    } else this.#fault(at, `"${keyword}" must be a list with at least one schema`);
  }

  #map(
    keyword: string,
    value: unknown,
    at: string,
    child: (schema: unknown, path: string) => void,
  ): void {
    if (!isObject(value)) {
      this.#fault(at, `"${keyword}" must be an object of schemas`);
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

/**
 * Names that JavaScript gives a meaning of its own: the validator passes `__proto__` over, and in
 * `dependentSchemas` takes what every object inherits for keywords.
 */
function isUnusable(name: string, keyword: string): boolean {
  return name === '__proto__' || (keyword === 'dependentSchemas' && name in Object.prototype);
}
