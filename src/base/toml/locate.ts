import type { KeyPath } from '../shape/index.js';
import { Cursor } from './cursor.js';

/** Both 1-based; the column in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A wanted key: only these are followed, so a hostile document costs no more than its length. */
class Wanted {
  readonly children = new Map<string | number, Wanted>();
  /** Offset of its first mention; -1 before that. */
  offset = -1;
  /** How many `[[...]]` of it were met. */
  tables = 0;

  child(key: string | number): Wanted {
    const known = this.children.get(key);
    if (known) return known;
    const child = new Wanted();
    this.children.set(key, child);
    return child;
  }
}

/**
 * Where keys stand. The parser tells no positions, so this second, small scanner finds them; it is
 * run only over text that the parser took, and only when there is something to report.
 *
 * @param text a valid TOML document
 * @param paths what to find
 * @returns for each path the position of the key (or of the array element); of the nearest table
 *   around it when it isn't there; the start of the text when there is none
 */
export function locate(text: string, paths: readonly KeyPath[]): Position[] {
  const root = new Wanted();
  root.offset = 0;
  for (const path of paths) path.reduce<Wanted>((node, key) => node.child(key), root);
  new Scanner(text).document(root);

  const lineStarts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) lineStarts.push(i + 1);
  return paths.map((path) => {
    let node = root;
    let offset = 0;
    for (const key of path) {
      node = node.child(key);
      if (node.offset >= 0) offset = node.offset;
    }
    return position(lineStarts, offset);
  });
}

function position(lineStarts: readonly number[], offset: number): Position {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - (lineStarts[low] as number) + 1 };
}

class Scanner extends Cursor {
  document(root: Wanted): void {
    let table: Wanted | undefined = root;
    for (this.blank(); this.at < this.text.length; this.blank()) {
      if (this.text[this.at] !== '[') {
        this.#keyValue(table);
        continue;
      }
      const many = this.text[this.at + 1] === '[';
      this.at += many ? 2 : 1;
      table = this.#key(root, ']');
      if (many) {
        this.at++;
        if (table) {
          const element = table.children.get(table.tables++);
          if (element) element.offset = table.offset;
          table = element;
        }
      } else {
        table = inLastTable(table);
      }
    }
  }

  #keyValue(table: Wanted | undefined): void {
    const node = this.#key(table, '=');
    this.blank();
    this.#value(node);
  }

  /** Reads a dotted key and its end character; gives the wanted node under `from`, if it is one. */
  #key(from: Wanted | undefined, end: string): Wanted | undefined {
    let node = from;
    while (this.at < this.text.length) {
      this.match(/[ \t]*/y);
      const offset = this.at;
      const name = this.keyPart();
      node = inLastTable(node)?.children.get(name);
      if (node && node.offset < 0) node.offset = offset;
      this.match(/[ \t]*/y);
      if (this.text[this.at++] === end) break;
    }
    return node;
  }

  #value(node: Wanted | undefined): void {
    const c = this.text[this.at];
    if (c === '"' || c === "'") this.string();
    else if (c === '[') this.#list(']', (i) => this.#element(node?.children.get(i)));
    else if (c === '{') this.#list('}', () => this.#keyValue(node));
    else this.match(/[^,\]}\n#]*/y);
  }

  #element(node: Wanted | undefined): void {
    if (node) node.offset = this.at;
    this.#value(node);
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

/** A header that passes through an array of tables means the last one so far. */
function inLastTable(node: Wanted | undefined): Wanted | undefined {
  return node && node.tables > 0 ? node.children.get(node.tables - 1) : node;
}
