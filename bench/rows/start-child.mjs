// Lets all plugins of a home register, so that the next host knows them.
import { PluginHost } from '../../dist/index.js';

const host = await PluginHost.open({ home: process.argv[2], env: {} });
await host.close();
