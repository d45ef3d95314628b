import { AisopodError } from '../../base/errors/index.js';
import type { CommandInfo } from '../../kinds/commands/index.js';
import type { Context } from '../command.js';
import { optionLines, pairs, sections } from '../help-layout.js';
import { openHost } from '../open-host.js';
import { ownersOf } from '../options.js';
import { oneLine, printable } from '../output/printable.js';
import type { Style } from '../output/style.js';

/** Help of one command of a plugin. */
export function pluginCommandHelp(info: CommandInfo, style: Style): string {
  const { plugin, shortName, fullName, aliases, requireAuth } = info;
  return sections(style, [
    ['', printable(info.description).trim().split('\n')],
    ['Usage', [`aisopod ${usageOf(info)} [options]`]],
    [
      'Arguments',
      pairs(info.args.map(({ name, description = '' }) => [name, oneLine(description)])),
    ],
    ['Examples', info.examples.flatMap(({ line, description }) => exampleLines(line, description))],
    ['Options', optionLines((spec) => ownersOf(spec) === null)],
    [
      '',
      [
        `A command of plugin ${plugin}; ${fullName} always means it.`,
        ...(aliases.length > 0 ? [`Also called: ${aliases.join(', ')}.`] : []),
        ...(requireAuth
          ? ['It requires authentication. Show yours with: aisopod auth status']
          : []),
        `All words after ${shortName} go to it as they are; after --, the options above too.`,
        'Exit code: its own; 130 when Ctrl-C cancelled it.',
      ],
    ],
  ]);
}

/** A line for each command of a plugin, for the overview. */
export function pluginCommandLines(commands: readonly CommandInfo[]): string[] {
  return pairs(
    commands.map((info) => [
      usageOf(info),
      oneLine(info.description.trim().split('\n', 1)[0] ?? ''),
    ]),
  );
}

/** The commands of plugins, for the overview; that none can be had stops no help. */
export async function commandsForHelp(context: Context): Promise<readonly CommandInfo[]> {
  try {
    const host = await openHost(context, { tolerant: true });
    return host.commands.list();
  } catch (error) {
    const { message } = AisopodError.from(error);
    await context.messages.warn(`The commands of plugins are not known: ${message}`);
    return [];
  }
}

function usageOf({ shortName, usage }: CommandInfo): string {
  return usage === '' ? shortName : `${shortName} ${oneLine(usage)}`;
}

function exampleLines(line: string, description: string): string[] {
  return [`# ${oneLine(description)}`, `$ aisopod ${oneLine(line)}`];
}
