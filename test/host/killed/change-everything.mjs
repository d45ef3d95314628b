// Lets a host do all that changes its home. Its arguments: the home, and a folder with another build of the plugin
// "builds". Prints how many steps that took.

import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stepsSoFar, unwatched } from './kill-at-step.mjs'; // before all that it watches

const { PluginHost } = await import(new URL('../../../dist/index.js', import.meta.url));
const [home, otherBuild] = process.argv.slice(2);
const folder = join(home, 'plugins', 'builds');
const options = { home, env: {} };

const host = await PluginHost.open(options);
const mine = host.storage.of('mine');
await mine.set('count', 1);
await host.config.set('one', 'n', 2);
unwatched(() => {
  const incoming = join(home, 'incoming');
  cpSync(otherBuild, incoming, { recursive: true });
  rmSync(folder, { recursive: true });
  renameSync(incoming, folder);
});
await host.plugins.reload('builds');
await host.plugins.setEnabled('one', false);
await host.plugins.setEnabled('one', true);
await host.plugins.unloadPlugin('one');
await host.plugins.loadPlugin(join(home, 'plugins', 'one'));
await host.config.set('one', 'n', 3);
await mine.set('count', 2);
const commands = '../../../dist/cli/commands/plugins';
const { importSources } = await import(`${commands}/import-sources.js`);
const { planImport } = await import(`${commands}/import-plan.js`);
for (const source of importSources(join(home, 'foreign'))) {
  await (await planImport(source, host.home)).write();
}
await host.close();

// Finds copies of the process before, and of the reload, which no process uses.
const second = await PluginHost.open(options);
await second.config.unset('one', 'n');
await second.close();
process.stdout.write(`${stepsSoFar()}\n`);
