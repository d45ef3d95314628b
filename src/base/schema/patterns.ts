import { createRequire } from 'node:module';
import { isSimplePattern, linearPattern } from './linear-pattern.js';
import { type StrictPattern, strictPattern } from './loose-pattern.js';

/**
 * What patterns may run on. `linear`: RE2's algorithm alone, which takes time by the length of a text, and knows
 * neither lookaround nor back references. `guarded`: what RE2 has not runs on JavaScript's own engine, which a
 * pattern can hold for minutes (`^(a+)+$` on 29 bytes: 1.2 s), so its time is limited.
 */
export type PatternEngine = 'linear' | 'guarded';

/** A pattern that RE2 runs; never anchored by itself. */
export interface Pattern {
  test(text: string): boolean;
  /** Instructions, about: what running it over each character costs. */
  readonly size: number;
}

// Instructions of one pattern: a thousand take up to 0.1 s to compile.
const LARGEST = 1_000;
const LARGEST_OWN = 10_000;
const LONGEST_OWN = 100_000;

const require = createRequire(import.meta.url);
let re2: typeof import('re2js') | undefined;

/**
 * Reads a pattern of a JSON Schema as JavaScript does: by the flag `u`, else without it.
 * @throws Error whose message ends a sentence about the pattern
 */
export function readPattern(source: string): StrictPattern {
  if (refusal(source, 'u') === null) return { source, flags: '' };
  let strict: StrictPattern;
  try {
    strict = strictPattern(source);
  } catch (error) {
    throw new Error(`is not a JavaScript (ECMAScript) pattern: ${(error as Error).message}`);
  }
  const why = refusal(strict.source, `u${strict.flags}`);
  if (why === null) return strict;
  throw new Error(`is not a JavaScript (ECMAScript) pattern: ${refusal(source, 'u') ?? why}`);
}

/** Why JavaScript refuses a pattern, in its own words; null: it takes it. */
function refusal(source: string, flags: string): string | null {
  try {
    new RegExp(source, flags);
    return null;
  } catch (error) {
    const { message } = error as Error;
    return message.slice(message.lastIndexOf(': ') + 2);
  }
}

/**
 * Makes a pattern that RE2 runs, or says what RE2 has not. RE2 compiles it for the first text.
 * @param largest instructions that it may have
 * @throws Error as readPattern()
 */
export function compilePattern(
  given: string,
  largest = LARGEST,
): Pattern | { readonly lacks: string } {
  const { source, flags } = readPattern(given);
  const linear = linearPattern(source, flags);
  if ('lacks' in linear) return linear;
  const { size } = linear;
  // Lengths that JavaScript's engine has no trouble with: it keeps a place to go back to for each character.
  const own =
    size <= LARGEST_OWN && isSimplePattern(source) ? new RegExp(source, `u${flags}`) : null;
  if (own === null && size > Math.min(largest, LARGEST)) return { lacks: 'large repetitions' };
  let compiled: Pick<Pattern, 'test'> | undefined;
  const test = (text: string) => {
    // Loaded when the first pattern asks for it: most hosts never meet one.
    re2 ??= require('re2js') as typeof import('re2js');
    compiled ??= re2.RE2JS.compile(linear.source) as Pick<Pattern, 'test'>;
    return compiled.test(text);
  };
  if (own === null) return { test, size };
  const isShort = (text: string) => text.length <= LONGEST_OWN || size > LARGEST;
  return { test: (text) => (isShort(text) ? own.test(text) : test(text)), size: 0 };
}

/** What is wrong with a pattern for an engine, as the end of a sentence about it; or null. */
export function patternProblem(source: string, engine: PatternEngine): string | null {
  try {
    if (engine === 'guarded') readPattern(source);
    else {
      const compiled = compilePattern(source);
      if ('lacks' in compiled) {
        return `uses ${compiled.lacks}, which can take very long; only a trusted plugin may use it`;
      }
    }
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
