import { showPath } from '../../../base/text/index.js';
import { requestReload } from '../../../home/installed/write-installed.js';
import type { Command } from '../../command.js';
import { discoverHost } from '../../open-host.js';
import { printJson } from '../../output/json.js';

export const command: Command = {
  about: `
Asks every running host that follows the files of this home, such as "aisopod watch", to reload a plugin: the
version that lies there now takes the place of the one that runs, with its state, and no call is lost. The
request is a number in registry.json. Nothing is started here, and the hosts log how it came out.

With --json: {"plugin","file"}.`,
  examples: [['aisopod plugins reload ticker', 'reload it after it was built again']],
  async run(context, [id = '']) {
    const { plugins, home } = await discoverHost(context);
    plugins.capabilities(id); // throws for a plugin that is not there
    await requestReload(home, id);
    const { stdout, options } = context;
    const file = home.registryFile;
    if (options.json) await printJson(stdout, { plugin: id, file });
    else
      await stdout.write(`${id} is to be reloaded: ${showPath(file)} asks running hosts for it\n`);
    return 0;
  },
};
