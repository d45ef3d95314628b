import type { HookListener } from '../../../kinds/hooks/index.js';
import type { Command } from '../../command.js';
import { openHost, tellFailures } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { formatLines, formatTable } from '../../output/table.js';

export const command: Command = {
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
  async run(context) {
    const host = await openHost(context);
    const { stdout, style, options } = context;
    const listeners = host.hooks.list();
    if (options.json) await printJson(stdout, { listeners });
    else if (!stdout.isTTY) await stdout.write(formatLines(listeners.map(fields)));
    else if (listeners.length > 0) {
      const headers = ['HOOK', '#', 'PLUGIN', 'PRIORITY', 'BEFORE', 'AFTER', 'MODE', 'STATE'];
      const { columns } = stdout;
      await stdout.write(formatTable({ headers, rows: listeners.map(fields), columns, style }));
    } else await stdout.write('Nobody listens to any hook.\n');
    tellFailures(host, context);
    return 0;
  },
};

function fields(listener: HookListener): string[] {
  const { hook, order, plugin, priority, before, after, mode, state } = listener;
  const ids = (list: readonly string[]) => list.join(', ');
  return [hook, `${order}`, plugin, `${priority}`, ids(before), ids(after), mode, state];
}
