import type { ContextInfo } from '../../../kinds/contexts/index.js';
import { listCommand } from '../../list-command.js';

export const command = listCommand({
  about: `
Lists the contexts that plugins bring: what can be asked about a subject. "plugin:name" always means that
context; the name alone means the first plugin's that has it.

In a pipe: one line for each, with plugin, name and description, separated by tabs.
With --json: {"contexts":[{"plugin","name","fullName","wireName","title","description","uriTemplate",
"mime"}]}.`,
  examples: [
    ['aisopod contexts list', 'what can be asked'],
    ["aisopod contexts list --json | jq '.contexts[].uriTemplate'", 'the URIs that can be read'],
  ],
  items: (host) => host.contexts.list(),
  member: 'contexts',
  headers: ['PLUGIN', 'CONTEXT', 'DESCRIPTION'],
  fields,
  none: 'No plugin brings a context.',
});

function fields({ plugin, name, description }: ContextInfo): string[] {
  return [plugin, name, description];
}
