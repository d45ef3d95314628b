import { createRequire } from 'node:module';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject, pointerTo } from '../json/index.js';
import { shorten } from '../text/index.js';
import { withForgettableCode } from './forgettable-code.js';
import {
  type Answerer,
  BLOCKING_MATCH_MS,
  GuardedPatterns,
  MatchTimeout,
} from './guarded-patterns.js';
import type { JsonSchema } from './json-schema.js';
import { DECIMAL_MULTIPLE, isLongEnum, LENGTHS, LONG_ENUM, ownKeywords } from './own-keywords.js';
import { compilePattern, type PatternEngine, readPattern } from './patterns.js';
import type { SchemaError } from './schema-error.js';
import { APPLICATORS, ASSERTIONS } from './schema-keywords.js';
import { referenceTarget } from './schema-references.js';
import { weigh } from './weigh.js';
import { TooMuchWork, WORK_KEYWORD, Work } from './work.js';

/** A schema that values can be held against. */
export interface CompiledSchema {
  /**
   * Returns the errors of a value, and null when it is good. A value that takes too much work, or a pattern that
   * takes too long, is the only error.
   * @param bytes of its JSON text
   */
  check(value: unknown, bytes: number): readonly SchemaError[] | null;
  /** Does the same with the patterns that RE2 can't run on another thread; null: there are none. */
  readonly checkBeside:
    | ((
        value: unknown,
        bytes: number,
        answerer: Answerer,
      ) => Promise<readonly SchemaError[] | null>)
    | null;
}

// Instructions of all patterns of a schema that RE2 runs: to compile more would take seconds.
const LARGEST_TOGETHER = 10_000;
const EACH_PATTERN = 50;

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
  const work = new Work();
  const engine = patternEngine(patterns, work);
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
    code: { optimize: false, regExp: engine.compile },
  });
  one.removeKeyword('uniqueItems').addKeyword(work.keyword(ajv));
  for (const keyword of ownKeywords(ajv, work)) one.addKeyword(keyword);
  const anchors = new Map<string, string>();
  collectAnchors(schema, '', anchors);
  const checked = onlyChecked(schema, anchors) as JsonSchema;
  weigh(checked);
  const validate = withForgettableCode(() => one.compile(checked));
  const errorsOf = (value: unknown, bytes: number) => {
    work.begin(bytes);
    try {
      return validate(value) ? null : (validate.errors ?? []);
    } catch (error) {
      if (error instanceof TooMuchWork) return [work.fault];
      throw error;
    }
  };
  const { guarded } = engine;
  if (!engine.isGuarded()) return { check: errorsOf, checkBeside: null };
  return {
    check(value, bytes) {
      try {
        return guarded.now(() => errorsOf(value, bytes));
      } catch (error) {
        if (error instanceof MatchTimeout) return [timeoutFault(error)];
        throw error;
      }
    },
    checkBeside: (value, bytes, answerer) => guarded.later(() => errorsOf(value, bytes), answerer),
  };
}

/** What stands for the faults of a value whose text took too long to match. */
function timeoutFault({ question }: MatchTimeout): SchemaError {
  const limit = BLOCKING_MATCH_MS;
  const message = `takes longer than ${limit} ms to match the pattern ${shorten(question.source, 100)}`;
  return { keyword: WORK_KEYWORD, instancePath: '', params: { limit }, message };
}

/** ajv's way to be given a regular expression engine; equal patterns share one by toString(). */
function patternEngine(engine: PatternEngine, work: Work) {
  const guarded = new GuardedPatterns();
  let isGuarded = false;
  let size = 0;
  const compile = (given: string) => {
    const pattern = compilePattern(given, LARGEST_TOGETHER - size);
    if (!('lacks' in pattern)) {
      size += EACH_PATTERN + pattern.size;
      const each = 3 + pattern.size / 4;
      const test = (text: string) => {
        work.charge(60 + each * text.length);
        return pattern.test(text);
      };
      return { test, toString: () => given };
    }
    if (engine === 'linear') throw new Error(`the pattern ${given} uses ${pattern.lacks}`);
    isGuarded = true;
    const { source, flags } = readPattern(given);
    return { test: guarded.tester(source, `u${flags}`), toString: () => given };
  };
  // Asked for by ajv, and used only for code that is written to a file.
  return {
    guarded,
    isGuarded: () => isGuarded,
    compile: Object.assign(compile, { code: 'compilePattern' }),
  };
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
    } else if (keyword === 'type' && Array.isArray(value)) kept.type = [...new Set(value)];
    else if (keyword === 'enum' && isLongEnum(value as unknown[])) kept[LONG_ENUM] = value;
    else if (keyword === 'multipleOf' && !Number.isInteger(value)) kept[DECIMAL_MULTIPLE] = value;
    else if (keyword in LENGTHS) kept[LENGTHS[keyword] as string] = value;
    else if (keyword !== '$anchor' && ASSERTIONS.has(keyword)) kept[keyword] = value;
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
