import { createRequire } from 'node:module';
import type { LineCounter, Node, Pair } from 'yaml';
import { AisopodError } from '../../base/errors/index.js';
import { isTable, type JsonObject, JsonTextFault, parseJsonFile } from '../../base/json/index.js';
import type { KeyPath } from '../../base/shape/index.js';
import { show } from '../../base/text/index.js';
import { formatKeyPath, type Position, type Problem } from '../../base/toml/index.js';
import { syntaxHint } from './syntax-hint.js';

/** Bytes of a manifest that is not TOML: a hostile one of 64 KiB keeps the parser of YAML for a second. */
export const MAX_BYTES = 64 * 1024;

// As in TOML: no walk can be sent too deep.
const MAX_DEPTH = 32;

// Aliases repeat what they stand for, so a small text can say as much as it likes.
const MAX_VALUES = 10_000;
const MAX_TEXT = 1024 * 1024;

const MOST_PROBLEMS = 50;

const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

/** What a text says, and where. */
export interface ForeignDocument {
  /** null: the text is not a table, as the problems say. */
  readonly table: JsonObject | null;
  /** What is wrong with the text itself; the table then lacks what could not be read. */
  readonly problems: readonly Problem[];
  /** The position of each key, or of the nearest one around it. */
  locate(paths: readonly KeyPath[]): Position[];
  /** A number as it is written, such as 1.10; null: what stands there is not a number. */
  numeral(path: KeyPath): string | null;
}

/** Where a key or an element stands, and the number that stands there as it is written. */
interface Spot {
  readonly offset: number;
  readonly numeral: string | null;
}
type Spots = WeakMap<object, Map<string | number, Spot>>;

const START: Position = { line: 1, column: 1 };

const require = createRequire(import.meta.url);
let yaml: typeof import('yaml') | undefined;

/** @throws Error when the package is not installed, as next to a bundle */
function loadYaml(): typeof import('yaml') {
  yaml ??= require('yaml') as typeof import('yaml');
  return yaml;
}

/**
 * Reads JSON: what no two readers understand alike is refused, as everywhere.
 * @param file named in the problems
 */
export function readJsonText(text: string, file: string): ForeignDocument {
  let spots: YamlReader | null | undefined;
  // JSON is YAML, whose reader knows places; nothing is asked of it but that.
  const places = () => {
    if (spots === undefined) {
      try {
        spots = new YamlReader(text, file);
      } catch {
        spots = null; // without the package, a fault has its key and no place
      }
    }
    return spots;
  };
  const document = (table: JsonObject | null, problems: Problem[]): ForeignDocument => ({
    table,
    problems,
    locate: (paths) => places()?.locate(paths) ?? [],
    numeral: (path) => places()?.numeral(path) ?? null,
  });
  const wrong = (found: string, expected: string, hint: string | null, at: Position | null) =>
    document(null, [problemAt(file, at, '', found, expected, hint)]);
  try {
    const value = parseJsonFile(Buffer.from(text));
    if (isTable(value)) return document(value, []);
    return wrong(show(value), 'an object', null, START);
  } catch (error) {
    if (AisopodError.is(error))
      return wrong(
        'JSON that is to be checked',
        'the native addon, which checks it',
        error.message,
        null,
      );
    if (!(error instanceof JsonTextFault)) throw error;
    const { what, advice, place } = error;
    return wrong(what, 'JSON', advice === '' ? null : advice, place);
  }
}

/**
 * Reads YAML 1.2 as far as TOML could say the same: one document, tables with keys that are text, no tags and no
 * merge keys.
 * @param file named in the problems
 */
export function readYamlText(text: string, file: string): ForeignDocument {
  try {
    return new YamlReader(text, file);
  } catch (error) {
    const { message } = error as Error;
    const hint = 'install the package next to the program: npm install yaml';
    const problem = problemAt(
      file,
      null,
      '',
      `YAML, but its reader cannot be loaded: ${message.split('\n', 1)[0]}`,
      'the package "yaml"',
      hint,
    );
    return { table: null, problems: [problem], locate: () => [], numeral: () => null };
  }
}

class YamlReader implements ForeignDocument {
  readonly table: JsonObject | null;
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #yaml = loadYaml();
  readonly #spots: Spots = new WeakMap();
  readonly #anchors = new Map<string, Node>();
  #values = 0;
  #text = 0;
  #full = false;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#lines = new this.#yaml.LineCounter();
    const [document, next] = this.#parse(text);
    if (next?.range) {
      this.#fault(
        next.range[0],
        [],
        'a second document',
        'one document',
        'remove what follows the line ---',
      );
    }
    const [error] = document?.errors ?? [];
    if (error !== undefined) {
      const { found, expected, hint } = syntaxHint(error.code, error.message, text, error.pos[0]);
      this.#fault(error.pos[0], [], found, expected, hint);
      this.table = null;
      return;
    }
    const contents = (document?.contents ?? null) as Node | null;
    const value = contents === null ? undefined : this.#read(contents, [], 0);
    this.table = isTable(value) ? value : null;
    if (this.table === null && this.problems.length === 0) {
      const hint = 'write each key on a line of its own, such as: id: hello';
      this.#fault(
        contents?.range?.[0] ?? 0,
        [],
        show(value ?? undefined),
        'keys with values',
        hint,
      );
    }
  }

  locate(paths: readonly KeyPath[]): Position[] {
    return paths.map((path) => this.#position(this.#follow(path).offset));
  }

  numeral(path: KeyPath): string | null {
    const { numeral, whole } = this.#follow(path);
    return whole ? numeral : null;
  }

  #parse(text: string) {
    const documents = this.#yaml.parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      // Compares each key with each other one; #table() finds them too.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter: this.#lines,
    });
    return Array.isArray(documents) ? documents : [];
  }

  #read(node: Node, path: KeyPath, depth: number): unknown {
    const { isAlias, isMap, isSeq, isScalar } = this.#yaml;
    const offset = node.range?.[0] ?? 0;
    this.#values += 1;
    if (this.#full) return undefined;
    if (this.#values > MAX_VALUES || this.#text > MAX_TEXT) {
      this.#full = true;
      return this.#fault(
        offset,
        path,
        'too much, with all that aliases repeat',
        `at most ${MAX_VALUES} values`,
      );
    }
    if (depth > MAX_DEPTH) {
      return this.#fault(
        offset,
        path,
        `more than ${MAX_DEPTH} levels of nesting`,
        `at most ${MAX_DEPTH}`,
      );
    }
    if (isAlias(node)) {
      const meant = this.#anchors.get(node.source);
      if (meant !== undefined) return this.#read(meant, path, depth + 1);
      return this.#fault(
        offset,
        path,
        `the alias *${node.source}`,
        'an anchor of that name before it',
      );
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !CORE_TAG.test(node.tag)) {
      return this.#fault(offset, path, `the tag ${show(node.tag)}`, 'a value without a tag');
    }
    if (isMap(node))
      return this.#table(node.items as Pair<Node | null, Node | null>[], path, depth);
    if (isSeq(node)) return this.#list(node.items as Node[], path, depth);
    return isScalar(node) ? this.#scalar(node.value, node.source, offset, path) : undefined;
  }

  #table(
    pairs: readonly Pair<Node | null, Node | null>[],
    path: KeyPath,
    depth: number,
  ): JsonObject {
    // Without prototype, so that a key like `__proto__` is a key like any other.
    const table: JsonObject = Object.create(null);
    const spots = this.#spotsOf(table);
    for (const { key, value } of pairs) {
      const offset = key?.range?.[0] ?? value?.range?.[0] ?? 0;
      const name = this.#key(key, offset, path);
      if (name === null) continue;
      const at = [...path, name];
      if (name === '<<') {
        this.#fault(
          offset,
          path,
          'a merge key',
          'the keys themselves',
          'write the keys that it stands for',
        );
      } else if (spots.has(name)) {
        this.#fault(offset, at, 'a key that stands above already', 'each key once');
      } else {
        spots.set(name, { offset, numeral: this.#numeralOf(value) });
        table[name] = value === null ? null : this.#read(value, at, depth + 1);
      }
    }
    return table;
  }

  #list(items: readonly Node[], path: KeyPath, depth: number): unknown[] {
    const list: unknown[] = [];
    const spots = this.#spotsOf(list);
    for (const [i, item] of items.entries()) {
      spots.set(i, { offset: item.range?.[0] ?? 0, numeral: this.#numeralOf(item) });
      list.push(this.#read(item, [...path, i], depth + 1));
    }
    return list;
  }

  #scalar(value: unknown, source: string | undefined, offset: number, path: KeyPath): unknown {
    if (typeof value === 'string') this.#text += value.length;
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    if (!/^[-+]?(?:\d+|0[xo][\da-f]+)$/i.test(source ?? '')) return value;
    const expected = `one up to ${Number.MAX_SAFE_INTEGER}, or the digits in quotes`;
    return this.#fault(offset, path, 'an integer that a double cannot hold', expected);
  }

  /** The text of a key; null after something was reported. */
  #key(key: Node | null, offset: number, path: KeyPath): string | null {
    const node = this.#yaml.isAlias(key) ? this.#anchors.get(key.source) : key;
    if (this.#yaml.isScalar(node) && (node.tag === undefined || CORE_TAG.test(node.tag))) {
      if (typeof node.value === 'string') return node.value;
      if (node.value !== null && node.source !== undefined) return node.source;
    }
    this.#fault(offset, path, 'a key that is not text', 'text before the colon');
    return null;
  }

  #numeralOf(node: unknown): string | null {
    const { isScalar } = this.#yaml;
    return isScalar(node) && typeof node.value === 'number' ? (node.source ?? null) : null;
  }

  #spotsOf(nested: object): Map<string | number, Spot> {
    const spots = new Map<string | number, Spot>();
    this.#spots.set(nested, spots);
    return spots;
  }

  /** The spot of a key, or of the nearest one around it. */
  #follow(path: KeyPath): Spot & { readonly whole: boolean } {
    let spot: Spot = { offset: 0, numeral: null };
    let nested: unknown = this.table;
    for (const key of path) {
      const next =
        typeof nested === 'object' && nested !== null && this.#spots.get(nested)?.get(key);
      if (!next) return { ...spot, whole: false };
      spot = next;
      nested = Reflect.get(nested as object, key);
    }
    return { ...spot, whole: true };
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return line === 0 ? START : { line, column: col };
  }

  #fault(
    offset: number,
    path: KeyPath,
    found: string,
    expected: string,
    hint: string | null = null,
  ): undefined {
    if (this.problems.length >= MOST_PROBLEMS) return;
    const position = this.#position(offset);
    this.problems.push(problemAt(this.#file, position, formatKeyPath(path), found, expected, hint));
  }
}

function problemAt(
  file: string,
  at: Position | null,
  path: string,
  found: string,
  expected: string,
  hint: string | null,
): Problem {
  const { line, column } = at ?? { line: null, column: null };
  return { file, line, column, path, found, expected, hint, code: 'MANIFEST_SYNTAX' };
}
