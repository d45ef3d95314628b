import { ALIASES, COMMANDS, type CommandEntry } from './commands.js';
import { optionLines, pairs, sections } from './help-layout.js';
import { ownersOf } from './options.js';
import type { Style } from './output/style.js';

const EXIT = 'Exit code: 0 good, 1 it failed, 2 wrong usage.';

/**
 * Help of the whole, or of the commands that share a first word.
 * @param plugins lines about the commands that plugins bring
 */
export function overview(
  commands: readonly CommandEntry[],
  group: string,
  style: Style,
  plugins: readonly string[] = [],
): string {
  const alias = Object.keys(ALIASES).find((word) => ALIASES[word] === group);
  const usage =
    group === '' ? 'aisopod <command> [options]' : `aisopod ${group} <command> [options]`;
  return sections(style, [
    ['', [group === '' ? 'Native plugins for AI-agent hosts.' : `The commands of ${group}.`]],
    ['Usage', [usage]],
    ['Commands', pairs(commands.map((each) => [usageOf(each), each.summary]))],
    ['Commands of plugins', plugins],
    ['Options', optionLines(() => true, group === '')],
    ['', [...(alias === undefined ? [] : [`"${alias}" is another word for "${group}".`]), EXIT]],
    ['', [`More: aisopod ${group === '' ? '' : `${group} `}<command> --help`]],
  ]);
}

/** Help of one command. */
export async function commandHelp(entry: CommandEntry, style: Style): Promise<string> {
  const { about, examples } = (await entry.load()).command;
  const own = optionLines((spec) => ownersOf(spec)?.includes(entry.name) === true);
  return sections(style, [
    ['', [entry.summary + (/[.!?]$/.test(entry.summary) ? '' : '.')]],
    ['Usage', [`aisopod ${usageOf(entry)} [options]`]],
    ['', about.trim().split('\n')],
    ['Examples', examples.flatMap(([line, what]) => [`# ${what}`, `$ ${line}`])],
    ['Options of this command', own],
    ['Options', optionLines((spec) => ownersOf(spec) === null)],
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
