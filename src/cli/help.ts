import { ALIASES, COMMANDS, type CommandEntry } from './commands.js';
import { OPTIONS, type OptionSpec } from './options.js';
import type { Style } from './output/style.js';
import { width } from './output/width.js';

const EXIT = 'Exit code: 0 good, 1 it failed, 2 wrong usage.';

/** Help of the whole, or of the commands that share a first word. */
export function overview(commands: readonly CommandEntry[], group: string, style: Style): string {
  const alias = Object.keys(ALIASES).find((word) => ALIASES[word] === group);
  const usage =
    group === '' ? 'aisopod <command> [options]' : `aisopod ${group} <command> [options]`;
  return sections(style, [
    ['', [group === '' ? 'Native plugins for AI-agent hosts.' : `The commands of ${group}.`]],
    ['Usage', [usage]],
    ['Commands', pairs(commands.map((each) => [usageOf(each), each.summary]))],
    ['Options', optionLines(() => true, group === '')],
    ['', [...(alias === undefined ? [] : [`"${alias}" is another word for "${group}".`]), EXIT]],
    ['', [`More: aisopod ${group === '' ? '' : `${group} `}<command> --help`]],
  ]);
}

/** Help of one command. */
export async function commandHelp(entry: CommandEntry, style: Style): Promise<string> {
  const { about, examples } = (await entry.load()).command;
  const own = optionLines(({ of }) => of === entry.name);
  return sections(style, [
    ['', [entry.summary + (/[.!?]$/.test(entry.summary) ? '' : '.')]],
    ['Usage', [`aisopod ${usageOf(entry)} [options]`]],
    ['', about.trim().split('\n')],
    ['Examples', examples.flatMap(([line, what]) => [`# ${what}`, `$ ${line}`])],
    ['Options of this command', own],
    ['Options', optionLines(({ of }) => of === undefined)],
    ['', [EXIT]],
  ]);
}

/** The commands whose first word is `group`; all for ''. */
export function commandsOf(group: string): readonly CommandEntry[] {
  return COMMANDS.filter(({ name }) => group === '' || name.startsWith(`${group} `));
}

function usageOf({ name, args }: CommandEntry): string {
  const shown = args.map((arg) => (arg.required ? `<${arg.name}>` : `[${arg.name}]`));
  return [name, ...shown].join(' ');
}

function optionLines(wanted: (spec: OptionSpec) => boolean, naming = false): string[] {
  const chosen = Object.entries<OptionSpec>(OPTIONS).filter(([, spec]) => wanted(spec));
  return pairs(
    chosen.map(([name, { short, value, help, of }]) => [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
      of !== undefined && naming ? `${help} (${of})` : help,
    ]),
  );
}

/** Two columns. */
function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const widest = Math.max(0, ...rows.map(([left]) => width(left)));
  return rows.map(([left, right]) => `${left}${' '.repeat(widest - width(left))}  ${right}`);
}

/** Each with its title above it and indented, without one as it is; empty ones are left out. */
function sections(style: Style, parts: readonly (readonly [string, readonly string[]])[]): string {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) =>
      title === ''
        ? lines.map((line) => `${line}\n`).join('')
        : `${style('bold', `${title}:`)}\n${lines.map((line) => `  ${line}\n`).join('')}`,
    )
    .join('\n');
}
