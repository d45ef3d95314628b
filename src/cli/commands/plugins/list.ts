import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode } from '../../../base/errors/index.js';
import { showPath } from '../../../base/text/index.js';
import type { PluginInfo } from '../../../host/index.js';
import type { Command } from '../../command.js';
import { failed, openHost, tellFailures } from '../../open-host.js';
import { withGivenOptions } from '../../output/given-options.js';
import { printList } from '../../output/list.js';
import { pathCell } from '../../output/path-cell.js';
import type { Cell } from '../../output/table.js';

export const command: Command = {
  about: `
Lists what was found, in the order of precedence. What was refused, or has crashed, stands there too, with the
reason. A plugin that has started before is "registered": it is not opened until it is needed. All others are
started, in a child process.

In a pipe: one line for each, with id, version, state, loader, tools, path and reason, separated by
tabs; what is not known is "-".
With --json: {"plugins":[{"id","version","state","reason","path","loader","tools":[]}]}; id, version,
reason and loader may be null.`,
  examples: [
    ['aisopod plugins list', 'what is there, and in which state'],
    ['aisopod plugins list --plugin ./my-plugin', 'with one that is not installed'],
    ['aisopod plugins list | cut -f1,3', 'ids and states for a script'],
  ],
  async run(context) {
    const host = await openHost(context);
    const plugins = host.plugins.list();
    const { env, stdout, options } = context;
    // Where all lie where one looks for them, a column of paths tells nothing.
    const tellsPaths = plugins.some(({ id, path }) => path !== join(host.home.plugins, id ?? ''));
    await printList(context, {
      items: plugins,
      member: 'plugins',
      data: listed,
      fields,
      headers: ['ID', 'VERSION', 'STATE', 'TOOLS OR REASON', ...(tellsPaths ? ['PATH'] : [])],
      row: (plugin) => [...row(plugin), ...(tellsPaths ? [pathCell(plugin.path, env)] : [])],
      none: null,
    });
    if (options.json) return 0;
    for (const { id, path, warnings } of plugins) {
      for (const { message } of warnings)
        void context.messages.warn(
          withGivenOptions(`${id ?? showPath(path)}: ${message}`, options),
        );
    }
    if (stdout.isTTY) tellFailures(host, context);
    if (plugins.length === 0) {
      void context.messages.line(
        `No plugin was found. Put a plugin's folder into ${host.home.plugins}`,
      );
    }
    return 0;
  },
};

function listed({ id, version, state, reason, path, loader, tools }: PluginInfo) {
  return { id, version, state, reason, path, loader, tools };
}

function fields(plugin: PluginInfo): string[] {
  const { id, version, state, reason, path, loader, tools } = plugin;
  return [id, version, state, loader, tools.join(','), path, reason].map((field) => field ?? '');
}

function row(plugin: PluginInfo): Cell[] {
  const { id, version, state, tools, error } = plugin;
  const format = state === 'active' || plugin.dormant ? 'green' : failed(plugin) ? 'red' : 'yellow';
  return [
    id ?? '-',
    version ?? '-',
    { text: state, format },
    error ? why(error.code) : tools.join(', '),
  ];
}

/** What a code stands for: a whole reason does not fit into a table. */
function why(code: string): string {
  return Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : code;
}
