// One run of rows/registrations-native.mjs: opens all plugins of a home, and prints the nanoseconds.
import { PluginHost } from '../../dist/index.js';
import { openEcho } from '../echo-host.mjs';

// Modules and the addon are loaded once in a process, by the first native plugin.
await (await openEcho()).close();
const begun = process.hrtime.bigint();
const host = await PluginHost.open({
  home: process.argv[2],
  env: {},
  activation: 'startup',
});
const failed = host.plugins.list().filter(({ state }) => state !== 'active');
if (failed.length > 0) throw new Error(failed[0].reason);
if (host.tools.get('tool-99') === undefined) throw new Error('tools are missing');
process.stdout.write(String(process.hrtime.bigint() - begun));
await host.close();
