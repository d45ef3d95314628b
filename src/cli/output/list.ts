import type { Context } from '../command.js';
import { printJson } from './json.js';
import { type Cell, formatLines, formatTable } from './table.js';

/** What a command lists, and how it looks in each of the three forms. */
export interface Listing<T> {
  readonly items: readonly T[];
  /** The member of the JSON object that holds them. */
  readonly member: string;
  /** What JSON says of an item; default: all of it. */
  readonly data?: (item: T) => unknown;
  /** What a line says of an item. */
  readonly fields: (item: T) => readonly Cell[];
  /** Of a table. */
  readonly headers: readonly string[];
  /** What a row of a table says of an item; default: what a line says. */
  readonly row?: (item: T) => readonly Cell[];
  /** A sentence for a terminal where there is nothing; null: the command says so itself. */
  readonly none: string | null;
}

/**
 * Prints a list, the same way for every command: with --json an object with one member, which may be an
 * empty array; in a pipe a line for each item, nothing cut, and nothing for none; on a terminal a table
 * that fits it, or the sentence.
 */
export async function printList<T>(context: Context, list: Listing<T>): Promise<void> {
  const { stdout, style, options } = context;
  const { items, member, data, none } = list;
  if (options.json) {
    const listed = data === undefined ? items : items.map(data);
    return printJson(stdout, { [member]: listed });
  }
  if (!stdout.isTTY) return stdout.write(formatLines(items.map(list.fields)));
  if (items.length === 0) return none === null ? undefined : stdout.write(`${none}\n`);
  const { headers, fields, row = fields } = list;
  const rows = items.map(row);
  return stdout.write(formatTable({ headers, rows, columns: stdout.columns, style }));
}
