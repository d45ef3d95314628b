import type { MiddlewareInfo } from '../../../kinds/middleware/index.js';
import type { Command } from '../../command.js';
import { openHost, tellFailures } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { formatLines, formatTable } from '../../output/table.js';

export const command: Command = {
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
  async run(context) {
    const host = await openHost(context);
    const { stdout, style, options } = context;
    const middleware = host.middleware.list();
    if (options.json) await printJson(stdout, { middleware });
    else if (!stdout.isTTY) await stdout.write(formatLines(middleware.map(fields)));
    else if (middleware.length > 0) {
      const headers = ['CHAIN', 'PLUGIN', 'NAME', 'ORDER'];
      const { columns } = stdout;
      await stdout.write(formatTable({ headers, rows: middleware.map(fields), columns, style }));
    } else await stdout.write('There is no middleware.\n');
    tellFailures(host, context);
    return 0;
  },
};

function fields({ chain, plugin, name, order }: MiddlewareInfo): string[] {
  return [chain, plugin ?? '', name, `${order}`];
}
