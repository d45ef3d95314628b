import type { PluginHost } from '../../../host/index.js';
import type { ToolInfo } from '../../../kinds/tools/index.js';
import type { Command } from '../../command.js';
import { listCommand } from '../../list-command.js';

const all = listCommand({
  about: `
Starts every plugin and lists the tools that can be called. "plugin:name" always means that tool;
the name alone means the first plugin's that has it.

In a pipe: one line for each, with plugin, name and description, separated by tabs.
With --json: {"tools":[{"plugin","name","description","parameters","hints"}]}; parameters is a JSON
Schema of the arguments.

With --dialect the tools are listed as a model API or MCP accepts them: openai, openai-strict, gemini,
anthropic or mcp. Notes on standard error say what a definition cannot express; the host still checks it.
In a pipe: one line for each, with the name for the model, "plugin:name" and the definition as JSON.
With --json: {"tools":[{"tool","name","definition","dropped":[{"path","keyword","reason"}]}]}.`,
  examples: [
    ['aisopod tools list', 'what can be called'],
    ["aisopod tools list --json | jq '.tools[].parameters'", 'the arguments of each'],
    [
      "aisopod tools list --dialect anthropic --json | jq '[.tools[].definition]'",
      'the member tools of a request',
    ],
  ],
  items: (host) => host.tools.list(),
  missing: leftOut,
  member: 'tools',
  data: listed,
  headers: ['PLUGIN', 'TOOL', 'DESCRIPTION'],
  fields,
  none: 'There are no tools.',
});

export const command: Command = {
  ...all,
  async run(context, args) {
    if (context.options.dialect === undefined) return all.run(context, args);
    const { listDefinitions } = await import('./definitions.js');
    return listDefinitions(context, context.options.dialect);
  },
};

/** Tools whose schema the host can't use. */
function leftOut(host: PluginHost): string[] {
  return host.plugins.list().flatMap(({ id, warnings }) => {
    const { length } = warnings.filter(({ code }) => code === 'SCHEMA_INVALID');
    if (length === 0) return [];
    return `Plugin ${id} runs without ${length} of its tools. Show why with: aisopod plugins inspect ${id}`;
  });
}

function listed({ plugin, name, description, parameters, hints }: ToolInfo) {
  return { plugin, name, description, parameters, hints };
}

function fields({ plugin, name, description }: ToolInfo): string[] {
  return [plugin, name, description];
}
