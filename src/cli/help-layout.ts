import { OPTIONS, type OptionSpec, ownersOf } from './options.js';
import type { Style } from './output/style.js';
import { width } from './output/width.js';

/** The options that are wanted, one a line. */
export function optionLines(wanted: (spec: OptionSpec) => boolean, naming = false): string[] {
  const chosen = Object.entries<OptionSpec>(OPTIONS).filter(([, spec]) => wanted(spec));
  return pairs(
    chosen.map(([name, spec]) => {
      const { short, value, help } = spec;
      const owners = ownersOf(spec);
      return [
        `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
        owners !== null && naming ? `${help} (${owners.join(', ')})` : help,
      ];
    }),
  );
}

/** Two columns. */
export function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const widest = Math.max(0, ...rows.map(([left]) => width(left)));
  return rows.map(([left, right]) => `${left}${' '.repeat(widest - width(left))}  ${right}`);
}

/** Each with its title above it and indented, without one as it is; empty ones are left out. */
export function sections(
  style: Style,
  parts: readonly (readonly [string, readonly string[]])[],
): string {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) =>
      title === ''
        ? lines.map((line) => `${line}\n`).join('')
        : `${style('bold', `${title}:`)}\n${lines.map((line) => `  ${line}\n`).join('')}`,
    )
    .join('\n');
}
