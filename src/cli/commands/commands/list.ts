import type { CommandInfo } from '../../../kinds/commands/index.js';
import type { Command } from '../../command.js';
import { openHost, tellFailures } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { formatLines, formatTable } from '../../output/table.js';

export const command: Command = {
  about: `
Starts every plugin and lists the commands that they bring: aisopod <command> runs one, and aisopod
<command> --help tells more about it. "plugin:name" always means that command; the name alone means
the first plugin's that has it.

In a pipe: one line for each, with plugin, name and description, separated by tabs.
With --json: {"commands":[{"plugin","name","fullName","shortName","description","usage","args",
"examples","requireAuth","stdin","aliases"}]}.`,
  examples: [
    ['aisopod commands list', 'what plugins add to aisopod'],
    ["aisopod commands list --json | jq '.commands[].fullName'", 'the names that always work'],
  ],
  async run(context) {
    const host = await openHost(context);
    const { stdout, style, options } = context;
    const commands = host.commands.list();
    if (options.json) await printJson(stdout, { commands });
    else if (!stdout.isTTY) await stdout.write(formatLines(commands.map(fields)));
    else if (commands.length > 0) {
      const headers = ['PLUGIN', 'COMMAND', 'DESCRIPTION'];
      const { columns } = stdout;
      await stdout.write(formatTable({ headers, rows: commands.map(fields), columns, style }));
    } else await stdout.write('No plugin brings a command.\n');
    tellFailures(host, context);
    return 0;
  },
};

function fields({ plugin, name, description }: CommandInfo): string[] {
  return [plugin, name, description];
}
