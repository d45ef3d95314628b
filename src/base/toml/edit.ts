import { isDeepStrictEqual } from 'node:util';
import { parse } from 'smol-toml';
import { isTable, type JsonObject } from '../json/index.js';
import type { KeyPath } from '../shape/index.js';
import { type Outline, type OutlineEntry, type OutlineHeader, outline } from './outline.js';
import { writeKey, writeValue } from './write-value.js';

/** What is to become of one key of a document. */
export interface TomlEdit {
  readonly path: readonly string[];
  /** What JSON can say, without null; undefined takes the key away. */
  readonly value: unknown;
  /** How many parts of the path a table of its own is made for, where there is none. */
  readonly table: number;
}

/**
 * Changes one key of a document and nothing else: every other byte stays, comments too; those on the
 * lines of what is taken away go with it.
 *
 * @param text a valid TOML document
 * @returns the new text; null when the document is written in a way that this can't be done in. What
 *   is answered has been read again, and says what it should
 */
export function editToml(text: string, edit: TomlEdit): string | null {
  const wanted = parse(text) as JsonObject;
  if (!change(wanted, edit)) return null;
  const plan = outline(text);
  for (const candidate of candidates(text, plan, edit)) {
    if (says(candidate, wanted)) return candidate;
  }
  return null;
}

function says(text: string, wanted: JsonObject): boolean {
  try {
    return isDeepStrictEqual(plain(parse(text)), plain(wanted));
  } catch {
    return false; // no TOML any more
  }
}

/** Without the difference between tables that only a header makes, and none: empty ones are left out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isTable(value)) return value;
  const members = Object.entries(value).map(([key, each]) => [key, plain(each)] as const);
  return new Map(
    members
      .filter(([, each]) => !(each instanceof Map && each.size === 0))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Makes the change in what the document says. False: something that is no table is in the way. */
function change(document: JsonObject, { path, value }: TomlEdit): boolean {
  let table = document;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(table, key)) {
      if (value === undefined) return false;
      define(table, key, {});
    }
    const below = table[key];
    if (!isTable(below)) return false;
    table = below;
  }
  const last = path.at(-1) as string;
  if (value !== undefined) define(table, last, value);
  else if (Object.hasOwn(table, last)) delete table[last];
  else return false;
  return true;
}

function define(table: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(table, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function* candidates(text: string, plan: Outline, edit: TomlEdit): Generator<string> {
  const { path, value, table } = edit;
  if (value === undefined) {
    yield without(text, plan, path);
    return;
  }
  const entry = plan.entries.find((each) => equal(each.path, path));
  const written = writeValue(value);
  if (entry) {
    yield splice(text, entry.valueStart, entry.end, written);
    return;
  }
  const around = plan.entries.filter(
    (each) => startsWith(path, each.path) && text[each.valueStart] === '{',
  );
  for (const each of longestFirst(around)) {
    yield intoBraces(text, each, `${writeKey(path.slice(each.path.length))} = ${written}`);
  }
  // Beside keys that are written like it, or under its table.
  const tables = plan.tables.filter((each) => startsWith(path, each.path));
  for (const each of longestFirst(tables)) {
    const like = each.entries.some((one) => startsWith(one.path, path.slice(0, table)));
    if (each.path.length < table && !like) continue;
    yield intoTable(text, each, path, written);
  }
  yield asTable(text, path.slice(0, -1), path, written);
  yield asTable(text, path.slice(0, table), path, written);
}

function intoBraces(text: string, { valueStart, end }: OutlineEntry, item: string): string {
  const body = text.slice(valueStart + 1, end - 1);
  const inner = body.trimEnd();
  const tail = body.slice(inner.length);
  if (inner === '') return splice(text, valueStart, end, `{ ${item} }`);
  const comma = inner.endsWith(',') ? '' : ',';
  return splice(text, valueStart + 1, end - 1, `${inner}${comma} ${item}${tail}`);
}

function intoTable(text: string, table: OutlineHeader, path: KeyPath, written: string): string {
  const line = `${writeKey(path.slice(table.path.length))} = ${written}`;
  const last =
    table.entries.findLast((each) => sharesStart(each, table, path)) ?? table.entries.at(-1);
  if (last === undefined && table.path.length === 0) {
    // Where tables follow, it has to stand before them.
    if (/^[ \t]*\[/m.test(text)) return `${line}${lineEnd(text)}${text}`;
    const before = text === '' || text.endsWith('\n') ? text : `${text}${lineEnd(text)}`;
    return `${before}${line}${lineEnd(text)}`;
  }
  const at = endOfLine(text, last?.end ?? table.end);
  const indent = last === undefined ? '' : indentOf(text, last.start);
  return splice(text, at, at, `${lineEnd(text)}${indent}${line}`);
}

/** Whether an entry belongs to the same dotted keys as `path`. */
function sharesStart({ path: other }: OutlineEntry, { path: given }: OutlineHeader, path: KeyPath) {
  const next = path[given.length];
  return path.length > given.length + 1 && other[given.length] === next;
}

function asTable(text: string, table: KeyPath, path: KeyPath, written: string): string {
  const end = lineEnd(text);
  const before = text === '' || text.endsWith('\n') ? text : `${text}${end}`;
  const blank = text.trim() === '' ? '' : end;
  const line = `${writeKey(path.slice(table.length))} = ${written}`;
  return `${before}${blank}[${writeKey(table)}]${end}${line}${end}`;
}

/** The text without the entries and headers at `path` and below it. */
function without(text: string, { tables, entries }: Outline, path: KeyPath): string {
  const gone: [number, number][] = [];
  for (const entry of entries) {
    if (!startsWith(entry.path, path)) continue;
    if (gone.some(([from, to]) => from <= entry.start && entry.end <= to)) continue;
    gone.push(entry.inline ? itemSpan(text, entry) : lineSpan(text, entry.start, entry.end));
  }
  for (const { path: of, start, end } of tables) {
    if (of.length > 0 && startsWith(of, path)) gone.push(lineSpan(text, start, end));
  }
  gone.sort(([a], [b]) => b - a);
  return gone.reduce((rest, [from, to]) => splice(rest, from, to, ''), text);
}

/** The whole lines from `from` to `to`, with the line end. */
function lineSpan(text: string, from: number, to: number): [number, number] {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const next = text.indexOf('\n', to);
  return [start, next < 0 ? text.length : next + 1];
}

/** An item of an inline table with the comma behind it, or else before it. */
function itemSpan(text: string, { start, end }: OutlineEntry): [number, number] {
  const behind = /^\s*,[ \t]*/.exec(text.slice(end))?.[0].length;
  if (behind !== undefined) return [start, end + behind];
  const before = /,?\s*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return [start - (before > 0 && text[start - before] === ',' ? before : 0), end];
}

function longestFirst<T extends { readonly path: KeyPath }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => b.path.length - a.path.length);
}

function startsWith(path: KeyPath, start: KeyPath): boolean {
  return start.every((key, i) => path[i] === key);
}

function equal(a: KeyPath, b: KeyPath): boolean {
  return a.length === b.length && startsWith(a, b);
}

function splice(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' ? at - 1 : at;
}

function indentOf(text: string, start: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1))?.[0] ?? '';
}
