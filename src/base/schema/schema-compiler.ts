import { createRequire } from 'node:module';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject, pointerTo } from '../json/index.js';
import { withForgettableCode } from './forgettable-code.js';
import type { JsonSchema } from './json-schema.js';
import { compilePattern, type PatternEngine } from './patterns.js';
import type { SchemaError } from './schema-error.js';
import { APPLICATORS, ASSERTIONS } from './schema-keywords.js';
import { referenceTarget } from './schema-references.js';
import { uniqueItems } from './unique-items.js';
import { TooMuchWork, WORK_KEYWORD, Work } from './work.js';

/**
 * Gives the errors of a value against a schema; null when it is good. A value that takes too much work
 * has that as its only error.
 * @param bytes of its JSON text
 */
export type CompiledSchema = (value: unknown, bytes: number) => readonly SchemaError[] | null;

const require = createRequire(import.meta.url);
let ajv: typeof import('ajv/dist/2020.js') | undefined;

/**
 * Compiles a schema that checkSchema() found legal.
 *
 * ajv is loaded here, when the first call needs it: it costs 30 ms that listing tools should not
 * pay. Each schema gets an Ajv of its own (0.2 ms), since a shared one remembers ids across
 * schemas, and one plugin's would meet another's.
 *
 * @param allErrors whether to go on after the first error
 * @throws Error when ajv refuses what checkSchema() let through
 */
export function compileSchema(
  schema: JsonSchema,
  patterns: PatternEngine,
  allErrors: boolean,
): CompiledSchema {
  ajv ??= require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const one: Ajv2020 = new ajv.Ajv2020({
    allErrors,
    // checkSchema() has done what these would do, with limits and without a metaschema.
    strict: false,
    validateSchema: false,
    meta: false,
    logger: false,
    validateFormats: false,
    // An argument may be called "constructor": what objects inherit is not part of them.
    ownProperties: true,
    // Repeating the code of a referenced schema, and tidying up code, are what can take seconds.
    inlineRefs: false,
    code: { optimize: false, regExp: patternEngine(patterns) },
  });
  const work = new Work();
  one.removeKeyword('uniqueItems').addKeyword(uniqueItems).addKeyword(work.keyword);
  const anchors = new Map<string, string>();
  collectAnchors(schema, '', anchors);
  const checked = onlyChecked(schema, anchors) as JsonSchema;
  const counts = countReferences(checked);
  const validate = withForgettableCode(() => one.compile(checked));
  const errorsOf = (value: unknown) => (validate(value) ? null : (validate.errors ?? []));
  return counts ? (value, bytes) => bounded(work, bytes, () => errorsOf(value)) : errorsOf;
}

function bounded(
  work: Work,
  bytes: number,
  check: () => readonly SchemaError[] | null,
): readonly SchemaError[] | null {
  work.begin(bytes);
  try {
    return check();
  } catch (error) {
    if (error instanceof TooMuchWork) return [work.fault];
    throw error;
  }
}

/** Makes each schema count that a reference leads to. @returns whether there is any */
function countReferences(schema: JsonSchema): boolean {
  const targets = new Set<string>();
  const visit = (here: unknown) => {
    if (typeof here !== 'object' || here === null) return;
    if (isObject(here) && typeof here.$ref === 'string') targets.add(here.$ref);
    for (const below of Object.values(here)) visit(below);
  };
  visit(schema);
  for (const target of targets) {
    const steps = target.slice(1).split('/').slice(1).map(decodeURIComponent);
    let node: unknown = schema;
    // Where nothing is, the text stands in an `enum` or `const`, and is no reference.
    for (const step of steps) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      node = typeof node === 'object' && node !== null ? Reflect.get(node, name) : undefined;
    }
    if (isObject(node)) node[WORK_KEYWORD] = true;
  }
  return targets.size > 0;
}

/** ajv's way to be given a regular expression engine; equal patterns share one by toString(). */
function patternEngine(engine: PatternEngine) {
  const compile = (source: string) => {
    const pattern = compilePattern(source, engine);
    return { test: (text: string) => pattern.test(text), toString: () => source };
  };
  // Asked for by ajv, and used only for code that is written to a file.
  return Object.assign(compile, { code: 'compilePattern' });
}

/**
 * The schema without everything that checkSchema() does not judge: annotations, ids and words that
 * ajv may know and 2020-12 does not. Places of schemas stay; references are written as pointers,
 * since ajv does not find every anchor.
 */
function onlyChecked(schema: unknown, anchors: ReadonlyMap<string, string>): unknown {
  if (!isObject(schema)) return schema;
  const clean = (each: unknown) => onlyChecked(each, anchors);
  const kept: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const place = APPLICATORS.get(keyword)?.place;
    if (place === 'schema') kept[keyword] = clean(value);
    else if (place === 'list') kept[keyword] = (value as unknown[]).map(clean);
    else if (place === 'map') {
      const members = Object.entries(value as object);
      kept[keyword] = Object.fromEntries(members.map(([name, each]) => [name, clean(each)]));
    } else if (keyword === '$ref') {
      const target = referenceTarget(value as string, anchors) ?? '';
      kept.$ref = `#${target.split('/').map(encodeURIComponent).join('/')}`;
    } else if (keyword !== '$anchor' && ASSERTIONS.has(keyword)) kept[keyword] = value;
  }
  return kept;
}

/** Adds the JSON pointer of each `$anchor` in a schema to `anchors`. */
function collectAnchors(schema: unknown, path: string, anchors: Map<string, string>): void {
  if (!isObject(schema)) return;
  if (typeof schema.$anchor === 'string') anchors.set(schema.$anchor, path);
  for (const [keyword, value] of Object.entries(schema)) {
    const place = APPLICATORS.get(keyword)?.place;
    const at = pointerTo(path, keyword);
    if (place === 'schema') collectAnchors(value, at, anchors);
    else if (place) {
      for (const [name, each] of Object.entries(value as object)) {
        collectAnchors(each, pointerTo(at, name), anchors);
      }
    }
  }
}
