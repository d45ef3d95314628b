import { createRequire } from 'node:module';

/**
 * On what patterns run. `native` is JavaScript's own engine, which a hostile pattern can block for
 * minutes (`^(a+)+$` on 29 bytes: 1.2 s); `linear` is RE2's algorithm, which cannot be blocked and
 * knows neither lookaround nor back references.
 */
export type PatternEngine = 'linear' | 'native';

/** A compiled pattern; never anchored by itself. */
export interface Pattern {
  test(text: string): boolean;
}

const require = createRequire(import.meta.url);
let re2: typeof import('re2js') | undefined;

/**
 * Compiles a pattern of a JSON Schema. Patterns are Unicode aware.
 * @throws Error whose message says what the engine does not accept
 */
export function compilePattern(source: string, engine: PatternEngine): Pattern {
  if (engine === 'native') return new RegExp(source, 'u');
  // Loaded when the first pattern asks for it: most hosts never meet one.
  re2 ??= require('re2js') as typeof import('re2js');
  const { RE2JS } = re2;
  return RE2JS.compile(RE2JS.translateRegExp(source));
}

/** What is wrong with a pattern for an engine, as the end of a sentence about it; or null. */
export function patternProblem(source: string, engine: PatternEngine): string | null {
  try {
    compilePattern(source, engine);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (engine === 'native') return `is not a legal pattern: ${reason}`;
    return (
      `is not a pattern that RE2 supports: ${reason}; a plugin that is not trusted may use neither ` +
      'lookaround nor back references'
    );
  }
}
