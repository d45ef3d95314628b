import { oneLine } from './printable.js';
import type { Format, Style } from './style.js';
import { cut, cutStart, width } from './width.js';

/** One field of a row: text, or text with a style, or one that is cut at its start. */
export type Cell =
  | string
  | { readonly text: string; readonly format?: Format; readonly keepsEnd?: boolean };

export interface TableLayout {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Cells of a terminal row. */
  readonly columns: number;
  readonly style: Style;
}

const GAP = '  ';
// Below that a column tells nothing, and the terminal may wrap.
const NARROWEST = 8;

/** A table for a terminal: aligned, with headers, the widest columns cut until it fits. */
export function formatTable({ headers, rows, columns, style }: TableLayout): string {
  const texts = rows.map((row) => row.map((cell) => oneLine(textOf(cell))));
  const natural = headers.map((header, i) =>
    Math.max(width(header), ...texts.map((row) => width(row[i] ?? ''))),
  );
  const widths = shrink(natural, columns - GAP.length * (headers.length - 1));
  const line = (
    row: readonly string[],
    cellOf: (i: number) => Cell | undefined,
    paint: (text: string, i: number) => string,
  ) =>
    row
      .map((text, i) => {
        const cell = cellOf(i);
        const shorten = typeof cell === 'object' && cell.keepsEnd ? cutStart : cut;
        return pad(shorten(text, widths[i] ?? 0), widths[i] ?? 0, i, row, paint);
      })
      .join(GAP);
  return [
    line(
      headers,
      () => undefined,
      (text) => style('bold', text),
    ),
    ...texts.map((row, r) => {
      const cellOf = (i: number) => rows[r]?.[i];
      return line(row, cellOf, (text, i) => {
        const cell = cellOf(i);
        return typeof cell === 'object' && cell.format ? style(cell.format, text) : text;
      });
    }),
  ]
    .map((text) => `${text.trimEnd()}\n`)
    .join('');
}

/** Rows for a program: one line each, fields separated by a tab, nothing cut; empty is `-`. */
export function formatLines(rows: readonly (readonly Cell[])[]): string {
  return rows
    .map((row) => `${row.map((cell) => oneLine(textOf(cell)) || '-').join('\t')}\n`)
    .join('');
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Padding stands outside of the style; the last field has none. */
function pad(
  text: string,
  wanted: number,
  i: number,
  row: readonly string[],
  paint: (text: string, i: number) => string,
): string {
  const blanks = i === row.length - 1 ? 0 : wanted - width(text);
  return paint(text, i) + ' '.repeat(Math.max(0, blanks));
}

/** Takes from the widest until all fit, or none can give more. */
function shrink(natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each, 0) - room;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
