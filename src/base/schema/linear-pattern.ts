/** What a pattern is on RE2, or why it can't be. */
export type LinearPattern =
  | {
      /** In the syntax of RE2. */
      readonly source: string;
      /** Instructions that it compiles to, about: what compiling and running it costs. */
      readonly size: number;
    }
  | { readonly lacks: string };

/** The part that is written, and how many instructions it takes. */
interface Part {
  readonly text: string;
  readonly size: number;
}

// What JavaScript counts as white space and as the end of a line; RE2 knows fewer.
const SPACE =
  '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NO_SPACE =
  '\\x{0}-\\x{8}\\x{e}-\\x{1f}!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}' +
  '\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';
const ANY = '\\x{0}-\\x{10ffff}';
const NO_LINE_END = '[^\\n\\r\\x{2028}\\x{2029}]';
// Whatever the case, these two are letters of JavaScript's \w: they fold to s and k.
const FOLDED_WORD = '0-9A-Z_a-z\\x{17f}\\x{212a}';

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };
// RE2 knows them by the same names, and means the same by them.
const CATEGORY = /^(?:L[ulmot]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|Cc)$/;

/** Ends the translation. */
class Lacking extends Error {}

/**
 * Whether JavaScript's own engine takes no longer for a pattern than RE2 does, which is four times slower: it begins
 * at the begin of the text, tries one alternative, and has one place where it can go back, over single characters.
 * @param source legal with the flag `u`
 */
export function isSimplePattern(source: string): boolean {
  if (!source.startsWith('^')) return false;
  // Each escape and each class is one character.
  const plain = source
    .replace(/\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|[\s\S])/g, 'x')
    .replace(/\[[^\]]*\]/g, 'x');
  if (/[()|]/.test(plain)) return false;
  return (plain.match(/[*+?]|\{\d+,\d*\}/g) ?? []).length <= 1;
}

/**
 * Translates a pattern of JavaScript into the syntax of RE2: it matches the same texts.
 * @param source legal with the flag `u`
 * @param flags of `i` and `s`; with `m` no pattern is translated
 */
export function linearPattern(source: string, flags: string): LinearPattern {
  try {
    if (flags.includes('m')) throw new Lacking('the flag m');
    const { text, size } = new Translation(source, flags).all();
    return { source: flags.includes('i') ? `(?i)${text}` : text, size };
  } catch (error) {
    if (error instanceof Lacking) return { lacks: error.message };
    throw error;
  }
}

class Translation {
  readonly #chars: readonly string[];
  readonly #folds: boolean;
  readonly #dot: string;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#chars = [...source];
    this.#folds = flags.includes('i');
    this.#dot = flags.includes('s') ? `[${ANY}]` : NO_LINE_END;
  }

  all(): Part {
    return this.#alternatives();
  }

  #alternatives(): Part {
    let text = '';
    let size = 0;
    while (this.#at < this.#chars.length && this.#chars[this.#at] !== ')') {
      if (this.#take('|')) {
        text += '|';
        size += 1;
        continue;
      }
      const atom = this.#atom();
      const times = this.#quantifier();
      text += atom.text + times.text;
      size += Math.max(1, atom.size) * times.size;
    }
    return { text, size };
  }

  #atom(): Part {
    const char = this.#next();
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { text: this.#class(), size: 1 };
      case '.':
        return { text: this.#dot, size: 1 };
      case '^':
      case '$':
        return { text: char, size: 1 };
      case '\\':
        return { text: this.#escape(), size: 1 };
      default:
        return { text: literal(char), size: 1 };
    }
  }

  #group(): Part {
    if (this.#take('?')) {
      const kind = this.#next();
      if (kind === '<') {
        if (this.#peek() === '=' || this.#peek() === '!') throw new Lacking('lookaround');
        while (this.#next() !== '>');
      } else if (kind === '=' || kind === '!') throw new Lacking('lookaround');
      else if (kind !== ':') throw new Lacking('flags in a group');
    }
    const { text, size } = this.#alternatives();
    this.#next();
    return { text: `(?:${text})`, size };
  }

  #quantifier(): Part {
    const rest = this.#chars.slice(this.#at, this.#at + 24).join('');
    const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(rest);
    if (found === null) return { text: '', size: 1 };
    const [text, least, comma, most] = found;
    this.#at += text.length;
    if (least === undefined) return { text, size: 2 };
    const times = Number(comma === undefined || most === '' ? least : most);
    return { text, size: Math.max(1, times) * (comma === undefined ? 1 : 2) };
  }

  #escape(): string {
    const char = this.#next();
    if (/[1-9k]/.test(char)) throw new Lacking('back references');
    if (char === 'b' || char === 'B') return `\\${char}`;
    const set = this.#set(char);
    return set === null ? literal(this.#character(char)) : classOf(set, false);
  }

  /** The ranges of an escape that means several characters; null: it means one. */
  #set(char: string): string | null {
    switch (char) {
      case 'd':
        return '0-9';
      case 'D':
        return '\\x{0}-/:-\\x{10ffff}';
      case 's':
        return SPACE;
      case 'S':
        return NO_SPACE;
      case 'w':
        return this.#folds ? FOLDED_WORD : '0-9A-Z_a-z';
      case 'W':
        return this.#folds ? rangesOf('\\W', 'iu') : '\\x{0}-/:-@[-\\x{5e}`\\x{7b}-\\x{10ffff}';
      case 'p':
      case 'P':
        return this.#property(char);
      default:
        return null;
    }
  }

  #property(char: string): string {
    let name = '';
    this.#next();
    for (let next = this.#next(); next !== '}'; next = this.#next()) name += next;
    if (!this.#folds && CATEGORY.test(name)) return `\\${char}{${name}}`;
    return rangesOf(`\\${char}{${name}}`, this.#folds ? 'iu' : 'u');
  }

  /** The one character that an escape means. */
  #character(char: string): string {
    const control = CONTROLS[char];
    if (control !== undefined) return String.fromCharCode(control);
    if (char === 'c') return String.fromCharCode(this.#next().charCodeAt(0) % 32);
    if (char === 'x') return String.fromCharCode(this.#hex(2));
    if (char !== 'u') return char;
    if (this.#take('{')) {
      let digits = '';
      for (let next = this.#next(); next !== '}'; next = this.#next()) digits += next;
      return String.fromCodePoint(Number.parseInt(digits, 16));
    }
    const first = this.#hex(4);
    const isHigh = first >= 0xd800 && first < 0xdc00;
    const second = /^\\u(d[c-f][0-9a-f]{2})/i.exec(
      this.#chars.slice(this.#at, this.#at + 6).join(''),
    );
    if (!isHigh || second === null) return String.fromCharCode(first);
    this.#at += 6;
    return String.fromCharCode(first, Number.parseInt(second[1] as string, 16));
  }

  #hex(digits: number): number {
    const text = this.#chars.slice(this.#at, this.#at + digits).join('');
    this.#at += digits;
    return Number.parseInt(text, 16);
  }

  #class(): string {
    const negated = this.#take('^');
    let ranges = '';
    while (!this.#take(']')) {
      const first = this.#member();
      // Before the end, and after several characters, it is a character of its own.
      const isRange = this.#peek() === '-' && this.#chars[this.#at + 1] !== ']';
      if (!isRange) ranges += first;
      else {
        this.#next();
        ranges += `${first}-${this.#member()}`;
      }
    }
    return classOf(ranges, negated);
  }

  #member(): string {
    const char = this.#next();
    if (char !== '\\') return literal(char);
    const escaped = this.#next();
    if (escaped === 'b') return '\\x{8}';
    return this.#set(escaped) ?? literal(this.#character(escaped));
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #next(): string {
    const char = this.#chars[this.#at];
    this.#at += 1;
    return char as string;
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }
}

/** RE2 has no class of nothing and none of everything that is written without ranges. */
function classOf(ranges: string, negated: boolean): string {
  if (ranges === '') return negated ? `[${ANY}]` : `[^${ANY}]`;
  return `[${negated ? '^' : ''}${ranges}]`;
}

function literal(char: string): string {
  return /[A-Za-z0-9]/.test(char) ? char : `\\x{${(char.codePointAt(0) as number).toString(16)}}`;
}

const RANGES = new Map<string, string>();

/** The characters that a class of JavaScript holds, as ranges: RE2 may know others by its name. */
function rangesOf(source: string, flags: string): string {
  const key = `${flags}:${source}`;
  let text = RANGES.get(key);
  if (text !== undefined) return text;
  const pattern = new RegExp(`^${source}$`, flags);
  text = '';
  let first = -1;
  for (let code = 0; code <= 0x110000; code++) {
    const isIn = code < 0x110000 && pattern.test(String.fromCodePoint(code));
    if (isIn && first < 0) first = code;
    if (isIn || first < 0) continue;
    text += `\\x{${first.toString(16)}}-\\x{${(code - 1).toString(16)}}`;
    first = -1;
  }
  RANGES.set(key, text);
  return text;
}
