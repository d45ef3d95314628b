/** A pattern in the stricter form that the flag `u` asks for. */
export interface StrictPattern {
  readonly source: string;
  /** Of `i`, `s` and `m`, besides `u`. */
  readonly flags: string;
}

/** Says of a pattern what other language it is written in, and what JavaScript has instead. */
class Foreign extends Error {}

// Flags at the begin, as Python, PCRE and Go have them.
const FLAGS = /^\(\?([a-zA-Z]+)\)/;
const SYNTAX = '^$\\.*+?()[]{}|/';
const SETS = 'dDwWsS';
const ESCAPES = `${SETS}bBtnvfrcxukpP`;

/** What follows `(?` in other languages. */
const GROUPS: readonly (readonly [RegExp, string])[] = [
  [/^P</, 'write "(?<name>" instead of "(?P<name>"'],
  [/^P[=>]/, 'write "\\k<name>" to refer to a group'],
  [/^#/, 'it has no comments'],
  [/^>/, 'it has no atomic groups'],
  [/^[&|(R0-9+]/, 'it has no recursion and no conditions'],
  [/^[a-zA-Z-]+[):]/, 'flags may stand at the begin only, such as "(?i)"'],
];

/** What a letter after a backslash means in other languages. */
const LETTERS: Readonly<Record<string, string>> = {
  A: 'write "^" instead of "\\A"',
  z: 'write "$" instead of "\\z"',
  Z: 'write "$" instead of "\\Z"',
  h: 'write "[ \\t]" instead of "\\h"',
  R: 'write "(?:\\r\\n|\\r|\\n)" instead of "\\R"',
  Q: 'write each character with a backslash instead of "\\Q"',
};

/**
 * Rewrites a pattern that is legal in JavaScript without the flag `u` so that it is legal with it, and
 * takes the flags at its begin.
 * @throws Error whose message says what is not JavaScript, and what to write instead
 */
export function strictPattern(given: string): StrictPattern {
  const named = FLAGS.exec(given);
  const letters = named?.[1] ?? '';
  // Python's flags u and a are what every pattern has here.
  if (!/^[imsua]*$/.test(letters)) {
    throw new Foreign(`it has no flag "${letters.replace(/[imsua]/g, '')}"`);
  }
  const source = new Rewriting(given.slice(named?.[0].length ?? 0)).all();
  return { source, flags: [...new Set(letters.replace(/[ua]/g, ''))].sort().join('') };
}

class Rewriting {
  readonly #text: string;
  readonly #groups: number;
  #at = 0;
  #made = '';

  constructor(text: string) {
    this.#text = text;
    // Those that are counted too many only let a reference be judged by the engine.
    this.#groups = text.split('(').length - 1;
  }

  all(): string {
    while (this.#at < this.#text.length) this.#piece();
    return this.#made;
  }

  #piece(): void {
    const char = this.#take();
    if (char === '\\') this.#made += this.#escape(false);
    else if (char === '[') this.#class();
    else if (char === '(') this.#group();
    else if (char === '{') this.#brace();
    else if (char === '}' || char === ']') this.#made += `\\${char}`;
    else this.#made += char;
  }

  #group(): void {
    this.#made += '(';
    if (this.#text[this.#at] !== '?') return;
    const rest = this.#text.slice(this.#at + 1);
    const foreign = GROUPS.find(([begin]) => begin.test(rest));
    if (foreign !== undefined) throw new Foreign(foreign[1]);
  }

  #brace(): void {
    const rest = this.#text.slice(this.#at - 1);
    const times = /^\{\d+(?:,\d*)?\}/.exec(rest);
    if (times === null) {
      const open = /^\{,(\d+)\}/.exec(rest);
      if (open !== null) throw new Foreign(`write "{0,${open[1]}}" instead of "${open[0]}"`);
      this.#made += '\\{';
      return;
    }
    this.#made += times[0];
    this.#at += times[0].length - 1;
  }

  #escape(inClass: boolean): string {
    const char = this.#take();
    if (SYNTAX.includes(char) || (inClass && char === '-')) return `\\${char}`;
    if (char === '0' && !/\d/.test(this.#text[this.#at] ?? '')) return '\\0';
    if (/\d/.test(char)) return this.#number(char, inClass);
    if (ESCAPES.includes(char)) return `\\${char}${this.#braces(char)}`;
    if (!/[A-Za-z]/.test(char)) return char;
    throw new Foreign(LETTERS[char] ?? `it has no "\\${char}"`);
  }

  /** What belongs to an escape, so that no brace of it is taken for a character. */
  #braces(char: string): string {
    const found = 'upP'.includes(char) ? /^\{[^}]*\}/.exec(this.#text.slice(this.#at)) : null;
    this.#at += found?.[0].length ?? 0;
    return found?.[0] ?? '';
  }

  #number(char: string, inClass: boolean): string {
    if (!inClass && char !== '0' && Number(char) <= this.#groups) return `\\${char}`;
    throw new Foreign(`write "\\x" and two digits for a character instead of "\\${char}"`);
  }

  #class(): void {
    this.#made += '[';
    if (this.#text[this.#at] === '^') this.#made += this.#take();
    let isSet = false;
    while (this.#at < this.#text.length) {
      const posix = /^\[[:.=]\^?([a-z]+)[:.=]\]/.exec(this.#text.slice(this.#at));
      if (posix !== null) {
        throw new Foreign(
          `write what is meant, such as "a-z" or "\\p{L}", instead of "${posix[0]}"`,
        );
      }
      const char = this.#take();
      if (char === ']') {
        this.#made += char;
        return;
      }
      const wasSet = isSet;
      isSet = char === '\\' && `${SETS}pP`.includes(this.#text[this.#at] ?? ' ');
      if (char === '\\') this.#made += this.#escape(true);
      else if (char === '-' && (wasSet || this.#isBeforeSet())) this.#made += '\\-';
      else this.#made += char;
    }
  }

  /** Whether a set comes next, which is no end of a range. */
  #isBeforeSet(): boolean {
    return /^\\[dDwWsSpP]/.test(this.#text.slice(this.#at, this.#at + 2));
  }

  #take(): string {
    const char = this.#text[this.#at] ?? '';
    this.#at += 1;
    return char;
  }
}
