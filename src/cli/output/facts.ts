import { oneLine, printable } from './printable.js';
import type { Style } from './style.js';
import { formatLines } from './table.js';
import { width, wrap } from './width.js';

/** One thing that is known, under the name of its kind. */
export type Fact = readonly [key: string, value: string];

/** Facts that belong together. */
export interface Section {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/**
 * For a terminal: titles, keys in a column, values in lines that fit.
 * @param columns cells of a line
 */
export function formatSections(
  sections: readonly Section[],
  { style, columns }: { readonly style: Style; readonly columns: number },
): string {
  return filled(sections)
    .map(({ title, facts }) => {
      const widest = Math.max(...facts.map(([key]) => width(key)));
      const lines = facts.map(([key, value]) => {
        const blanks = ' '.repeat(widest - width(key));
        const lines = wrap(printable(value.trimEnd()), columns - widest - 4);
        const indented = lines.replaceAll('\n', `\n${' '.repeat(widest + 4)}`);
        return `  ${style('dim', oneLine(key))}${blanks}  ${indented}\n`;
      });
      return `${style('bold', title)}\n${lines.join('')}`;
    })
    .join('\n');
}

/** For a program: one line for each fact, with title, key and value, separated by tabs. */
export function formatFactLines(sections: readonly Section[]): string {
  return formatLines(
    filled(sections).flatMap(({ title, facts }) => facts.map((fact) => [title, ...fact])),
  );
}

function filled(sections: readonly Section[]): Section[] {
  return sections.filter(({ facts }) => facts.length > 0);
}
