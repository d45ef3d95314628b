import type { ToolInfo } from '../../../kinds/tools/index.js';
import type { Command } from '../../command.js';
import { openHost, tellFailures } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { formatLines, formatTable } from '../../output/table.js';

export const command: Command = {
  about: `
Starts every plugin and lists the tools that can be called. "plugin:name" always means that tool;
the name alone means the first plugin's that has it.

In a pipe: one line for each, with plugin, name and description, separated by tabs.
With --json: {"tools":[{"plugin","name","description","parameters","hints"}]}; parameters is a JSON
Schema of the arguments.`,
  examples: [
    ['aisopod tools list', 'what can be called'],
    ["aisopod tools list --json | jq '.tools[].parameters'", 'the arguments of each'],
  ],
  async run(context) {
    const host = await openHost(context);
    const { stdout, style, options } = context;
    const tools = host.tools.list();
    if (options.json) await printJson(stdout, { tools: tools.map(listed) });
    else if (!stdout.isTTY) await stdout.write(formatLines(tools.map(fields)));
    else if (tools.length > 0) {
      const headers = ['PLUGIN', 'TOOL', 'DESCRIPTION'];
      const { columns } = stdout;
      await stdout.write(formatTable({ headers, rows: tools.map(fields), columns, style }));
    } else await stdout.write('There are no tools.\n');
    tellFailures(host, context);
    return 0;
  },
};

function listed({ plugin, name, description, parameters, hints }: ToolInfo) {
  return { plugin, name, description, parameters, hints };
}

function fields({ plugin, name, description }: ToolInfo): string[] {
  return [plugin, name, description];
}
