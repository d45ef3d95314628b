import { jsonText } from '../json/index.js';
import type { KeyPath } from '../shape/index.js';
import { Cursor } from './cursor.js';

/** A key with its value, as they stand in a document; offsets into the text. */
export interface OutlineEntry {
  readonly path: KeyPath;
  /** How many parts of the path the header before it, or the inline table around it, gives. */
  readonly given: number;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  /** Stands in braces. */
  readonly inline: boolean;
}

/** `[a.b]` or `[[a.b]]`. */
export interface OutlineHeader {
  readonly path: KeyPath;
  readonly start: number;
  /** Behind its last bracket. */
  readonly end: number;
  /** The entries of its table, those in braces left out. */
  readonly entries: readonly OutlineEntry[];
}

export interface Outline {
  /** The first one is the document itself, with an empty path. */
  readonly tables: readonly OutlineHeader[];
  /** All of them, in the order of the text. */
  readonly entries: readonly OutlineEntry[];
}

/**
 * What stands where.
 * @param text a valid TOML document
 */
export function outline(text: string): Outline {
  return new Outliner(text).document();
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class Outliner extends Cursor {
  readonly #entries: OutlineEntry[] = [];
  /** How many elements an array of tables has so far, by its path. */
  readonly #elements = new Map<string, number>();

  document(): Outline {
    let own: OutlineEntry[] = [];
    let table: Writable<OutlineHeader> = { path: [], start: 0, end: 0, entries: own };
    const tables: OutlineHeader[] = [table];
    for (this.blank(); this.at < this.text.length; this.blank()) {
      if (this.text[this.at] !== '[') {
        own.push(this.#keyValue(table.path, false));
        continue;
      }
      const start = this.at;
      const many = this.text[start + 1] === '[';
      this.at += many ? 2 : 1;
      const path = this.#element(this.#key(']'), many);
      if (many) this.at++;
      own = [];
      table = { path, start, end: this.at, entries: own };
      tables.push(table);
    }
    return { tables, entries: this.#entries };
  }

  /** A header that passes through an array of tables means its last element. */
  #element(written: readonly string[], many: boolean): KeyPath {
    const path: (string | number)[] = [];
    for (const [i, key] of written.entries()) {
      path.push(key);
      const id = jsonText(path);
      const count = this.#elements.get(id) ?? 0;
      const next = many && i === written.length - 1;
      if (next) this.#elements.set(id, count + 1);
      if (next || count > 0) path.push(next ? count : count - 1);
    }
    return path;
  }

  #keyValue(around: KeyPath, inline: boolean): OutlineEntry {
    this.match(/[ \t]*/y);
    const start = this.at;
    const path = [...around, ...this.#key('=')];
    this.match(/[ \t]*/y);
    const valueStart = this.at;
    const entry = { path, given: around.length, start, valueStart, end: 0, inline };
    this.#entries.push(entry);
    this.#value(path);
    entry.end = this.at;
    return entry;
  }

  #key(end: string): string[] {
    const path: string[] = [];
    while (this.at < this.text.length) {
      this.match(/[ \t]*/y);
      path.push(this.keyPart());
      this.match(/[ \t]*/y);
      if (this.text[this.at++] === end) break;
    }
    return path;
  }

  #value(path: KeyPath): void {
    const first = this.text[this.at];
    if (first === '"' || first === "'") this.string();
    else if (first === '[') this.#list(']', (i) => this.#value([...path, i]));
    else if (first === '{') this.#list('}', () => void this.#keyValue(path, true));
    else this.match(/[^,\]}\r\n#\t ]+(?: [^,\]}\r\n#\t ]+)*/y);
  }

  #list(end: string, item: (index: number) => void): void {
    this.at++;
    for (let i = 0; this.at < this.text.length; i++) {
      this.blank();
      if (this.text[this.at] !== end) item(i);
      this.blank();
      if (this.text[this.at++] === end) return;
    }
  }
}
