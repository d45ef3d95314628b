import type { ToolInfo } from '../../../kinds/tools/index.js';
import { listCommand } from '../../list-command.js';

export const command = listCommand({
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
  items: (host) => host.tools.list(),
  member: 'tools',
  data: listed,
  headers: ['PLUGIN', 'TOOL', 'DESCRIPTION'],
  fields,
  none: 'There are no tools.',
});

function listed({ plugin, name, description, parameters, hints }: ToolInfo) {
  return { plugin, name, description, parameters, hints };
}

function fields({ plugin, name, description }: ToolInfo): string[] {
  return [plugin, name, description];
}
