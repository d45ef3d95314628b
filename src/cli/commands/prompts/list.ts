import type { PromptInfo } from '../../../kinds/prompts/index.js';
import { listCommand } from '../../list-command.js';

export const command = listCommand({
  about: `
Lists the prompts that plugins bring. "plugin:name" always means that prompt; the name alone means the
first plugin's that has it.

In a pipe: one line for each, with plugin, name, arguments and description, separated by tabs.
With --json: {"prompts":[{"plugin","name","fullName","wireName","title","description","arguments"}]}.`,
  examples: [
    ['aisopod prompts list', 'what can be rendered'],
    ["aisopod prompts list --json | jq '.prompts[].arguments'", 'the arguments of each'],
  ],
  items: (host) => host.prompts.list(),
  member: 'prompts',
  headers: ['PLUGIN', 'PROMPT', 'ARGUMENTS', 'DESCRIPTION'],
  fields,
  none: 'No plugin brings a prompt.',
});

function fields({ plugin, name, arguments: args, description }: PromptInfo): string[] {
  const shown = args.map((each) => (each.required ? `<${each.name}>` : `[${each.name}]`));
  return [plugin, name, shown.join(' '), description];
}
