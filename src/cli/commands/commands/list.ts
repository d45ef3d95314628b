import type { CommandInfo } from '../../../kinds/commands/index.js';
import { listCommand } from '../../list-command.js';

export const command = listCommand({
  about: `
Starts every plugin and lists the commands that they bring: aisopod <command> runs one, and aisopod
<command> --help describes it. "plugin:name" always means that command; the name alone means
the first plugin's that has it.

In a pipe: one line for each, with plugin, name and description, separated by tabs.
With --json: {"commands":[{"plugin","name","fullName","shortName","description","usage","args",
"examples","requireAuth","stdin","aliases"}]}.`,
  examples: [
    ['aisopod commands list', 'what plugins add to aisopod'],
    ["aisopod commands list --json | jq '.commands[].fullName'", 'the names that always work'],
  ],
  items: (host) => host.commands.list(),
  member: 'commands',
  headers: ['PLUGIN', 'COMMAND', 'DESCRIPTION'],
  fields,
  none: 'No plugin brings a command.',
});

function fields({ plugin, name, description }: CommandInfo): string[] {
  return [plugin, name, description];
}
