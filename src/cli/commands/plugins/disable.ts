import { showPath } from '../../../base/text/index.js';
import type { Command } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Switches a plugin off until it is enabled again. That stands in registry.json of the home: no start
opens it, and a running host that watches its configuration takes no more calls for it, lets running
ones end and keeps its state. One that other plugins need is not switched off, except with them.

With --json: {"plugin","enabled":false,"switched":[]}; the ids of all that were switched off.`,
  examples: [
    ['aisopod plugins disable ticker', 'switch it off'],
    ['aisopod plugins disable database --cascade', 'with all that need it'],
  ],
  async run(context, [id = '']) {
    const host = await discoverHost(context);
    const { stdout, options } = context;
    const switched = await host.plugins.setEnabled(id, false, { cascade: options.cascade });
    if (options.json) {
      await printJson(stdout, { plugin: id, enabled: false, switched });
    } else {
      const verb = switched.length === 1 ? 'is' : 'are';
      await stdout.write(
        `${switched.join(', ')} ${verb} disabled in ${showPath(host.home.registryFile)}\n`,
      );
    }
    return 0;
  },
};
