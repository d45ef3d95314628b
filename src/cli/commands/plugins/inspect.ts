import { basename } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { nearest, notFoundText, showPath } from '../../../base/text/index.js';
import type { ConfigEntry } from '../../../config/index.js';
import type { PluginHost, PluginInfo } from '../../../host/index.js';
import type { Command } from '../../command.js';
import { openHost } from '../../open-host.js';
import { formatFactLines, formatSections, type Section } from '../../output/facts.js';
import { printJson } from '../../output/json.js';
import { shortPaths } from '../../output/path-cell.js';
import { ENFORCED_BY, pluginSections } from './plugin-sections.js';
import { toolSections } from './tool-sections.js';

export const command: Command = {
  about: `
Prints all that is known about a plugin: who it is, its files, what it fits, what it lists and what it
registered, what it may do and who sees to that, its library, its tools with their parameters, how long its
lifecycle functions took, through which phases it went, when and what asked for it, warnings, and why it does not
run if it doesn't. Of a plugin that is dormant, since it has not been needed yet, the library and the times are not
known. "aisopod plugins doctor" starts all plugins.

In a pipe: one line for each fact, with section, name and value, separated by tabs.
With --json: {"plugin":{...},"tools":[...],"config":[...],"enforcedBy"}, everything that the host
knows; config is as "aisopod config explain" has it.`,
  examples: [
    ['aisopod plugins inspect calculator', 'all about a plugin'],
    ['aisopod plugins inspect hello --plugin ./hello', 'about one that is not installed'],
  ],
  async run(context, [id = '']) {
    const host = await openHost(context);
    const { env, stdout, style, options } = context;
    const plugin = host.plugins.get(id);
    if (plugin === undefined) throw notFound(id, host);
    const tools = host.tools.list().filter((tool) => tool.plugin === id);
    if (options.json) {
      const config = configOf(host, id);
      await printJson(stdout, { plugin, tools, config, enforcedBy: ENFORCED_BY });
      return 0;
    }
    const others = host.plugins
      .list()
      .filter((each) => each.id === id && each.path !== plugin.path);
    const sections = [
      ...pluginSections(plugin, others, host.plugins.capabilities(id), configOf(host, id)),
      ...toolSections(tools),
    ];
    await stdout.write(
      stdout.isTTY
        ? formatSections(sections.map(withShortPaths(env)), { style, columns: stdout.columns })
        : formatFactLines(sections),
    );
    return 0;
  },
};

const withShortPaths =
  (env: NodeJS.ProcessEnv) =>
  ({ title, facts }: Section): Section => ({
    title,
    facts: facts.map(([key, value]) => [key, shortPaths(value, env)]),
  });

/** What it is configured with; nothing where a file can't be read, which is its reason to fail then. */
function configOf({ config }: PluginHost, id: string): ConfigEntry[] {
  try {
    return config.explain(id);
  } catch {
    return [];
  }
}

function notFound(id: string, host: PluginHost): AisopodError {
  const all = host.plugins.list();
  const ids = new Set(all.flatMap((plugin) => plugin.id ?? []));
  const similar = nearest(id, ids);
  const folder = all.find((plugin) => plugin.id === null && basename(plugin.path) === id);
  const message = folder
    ? `${notFoundText('plugin', id)} ${namelessHint(folder)}`
    : notFoundText('plugin', id, { similar, list: 'aisopod plugins list' });
  return new AisopodError('PLUGIN_NOT_FOUND', message, { details: { plugin: id, similar } });
}

/** A folder of that name is there, and nothing in it says which plugin it is. */
function namelessHint({ path, reason }: PluginInfo): string {
  return `${showPath(path)} gives none: ${reason ?? 'it has no manifest'}`;
}
