import type { HookListener } from '../../../kinds/hooks/index.js';
import { listCommand } from '../../list-command.js';

export const command = listCommand({
  about: `
Starts every plugin and lists who listens to which hook, in the order in which they are called: by
priority (lower comes earlier), then by id, upon that what they say of coming before or after others.
State is "on"; "failed" when the callback was switched off after it had failed too often.

In a pipe: one line for each, with hook, order, plugin, priority, before, after, mode and state,
separated by tabs.
With --json: {"listeners":[{"hook","mode","order","plugin","origin","priority","before","after",
"state"}]}.`,
  examples: [
    ['aisopod hooks list', 'who listens to what'],
    [
      `aisopod hooks list --json | jq '.listeners[] | select(.hook == "BeforeToolExecute")'`,
      'who has a say in tool calls',
    ],
  ],
  items: (host) => host.hooks.list(),
  member: 'listeners',
  headers: ['HOOK', '#', 'PLUGIN', 'PRIORITY', 'BEFORE', 'AFTER', 'MODE', 'STATE'],
  fields,
  none: 'No plugin listens to a hook.',
});

function fields(listener: HookListener): string[] {
  const { hook, order, plugin, priority, before, after, mode, state } = listener;
  const ids = (list: readonly string[]) => list.join(', ');
  return [hook, `${order}`, plugin, `${priority}`, ids(before), ids(after), mode, state];
}
