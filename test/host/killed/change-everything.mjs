// Lets a host do all that changes its home. Its arguments: the home, a folder with another build of the plugin
// "builds", and two with builds of the plugin "dropped". Prints how many steps that took.

import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stepsSoFar, unwatched } from './kill-at-step.mjs'; // before all that it watches

const { PluginHost } = await import(new URL('../../../dist/index.js', import.meta.url));
const [home, otherBuild, ...drops] = process.argv.slice(2);
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

// Follows a folder that is dropped in, changed, renamed and removed, as others do that.
const watching = await PluginHost.open({ ...options, watch: true, keepAlive: true });
const plugins = join(home, 'plugins');
let [place, wake] = [join(plugins, 'dropped'), () => {}];
watching.events.on('phase', () => wake());
watching.events.on('pluginFiles', () => wake());
/** Changes folders, and waits until the host has followed that. */
async function follow(change, isFollowed) {
  unwatched(change);
  while (!isFollowed(watching.plugins.get('dropped'))) {
    await new Promise((resolve) => {
      wake = resolve;
    });
  }
}
const runs = (dropped, version) =>
  dropped?.state === 'active' && dropped.version === version && dropped.path === place;
await follow(
  () => renameSync(drops[0], place),
  (dropped) => runs(dropped, '1.0.0'),
);
await follow(
  () => {
    renameSync(place, join(home, 'replaced'));
    renameSync(drops[1], place);
  },
  (dropped) => runs(dropped, '1.1.0'),
);
await follow(
  () => {
    const before = place;
    place = join(plugins, 'renamed');
    renameSync(before, place);
  },
  (dropped) => runs(dropped, '1.1.0'),
);
await follow(
  () => rmSync(place, { recursive: true }),
  (dropped) => dropped === undefined,
);
await watching.close();
process.stdout.write(`${stepsSoFar()}\n`);
