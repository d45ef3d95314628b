import type { MiddlewareInfo } from '../../../kinds/middleware/index.js';
import { listCommand } from '../../list-command.js';

export const command = listCommand({
  about: `
Starts every plugin and lists what stands around tool calls and messages: by chain, and in a chain
the outermost first. A lower order is further out; plugins of the same order go by their ids.

In a pipe: one line for each, with chain, plugin, name and order, separated by tabs.
With --json: {"middleware":[{"chain","plugin","name","order"}]}.`,
  examples: [
    ['aisopod middleware list', 'what stands around what'],
    [
      `aisopod middleware list --json | jq '.middleware[] | select(.chain == "tool")'`,
      'around tool calls only',
    ],
  ],
  items: (host) => host.middleware.list(),
  member: 'middleware',
  headers: ['CHAIN', 'PLUGIN', 'NAME', 'ORDER'],
  fields,
  none: 'There is no middleware.',
});

function fields({ chain, plugin, name, order }: MiddlewareInfo): string[] {
  return [chain, plugin ?? '', name, `${order}`];
}
