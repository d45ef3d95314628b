import { showPath } from '../../../base/text/index.js';
import type { PluginHost } from '../../../host/index.js';
import type { Command } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Lets a plugin be started that "plugins disable" has switched off. That stands in registry.json of the
home: every start honours it, and a running host that watches its configuration starts the plugin.
Nothing is started here. What config.toml switches off stays off, which is then said.

With --json: {"plugin","enabled","switched":[],"blockedBy":[]}; blockedBy says what keeps it off.`,
  examples: [['aisopod plugins enable ticker', 'switch it on again']],
  async run(context, [id = '']) {
    const host = await discoverHost(context);
    const switched = await host.plugins.setEnabled(id, true);
    const blockedBy = blocked(host, id);
    const { stdout, options, messages } = context;
    if (options.json) {
      const enabled = blockedBy.length === 0;
      await printJson(stdout, { plugin: id, enabled, switched, blockedBy });
    } else {
      await stdout.write(`${id} is enabled in ${showPath(host.home.registryFile)}\n`);
      for (const why of blockedBy) void messages.warn(`${id} stays off: ${why}`);
    }
    return 0;
  },
};

/** What keeps a plugin off all the same, in words. */
function blocked({ plugins }: PluginHost, id: string): string[] {
  const files = plugins
    .disabledBy(id)
    .map(({ file, line }) => `${showPath(file)}:${line} says enabled = false`);
  const needed = Object.entries(plugins.get(id)?.manifest?.dependencies ?? {})
    .filter(([each, { optional }]) => !optional && plugins.disabledBy(each).length > 0)
    .map(([each]) => `it needs ${each}, which is disabled`);
  return [...files, ...needed];
}
