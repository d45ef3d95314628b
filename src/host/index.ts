export { type HostEventMap, HostEvents } from './events.js';
export type { DisabledBy } from './follow-files.js';
export type { HostOptions } from './options.js';
export { PluginHost } from './plugin-host.js';
export type { PluginInfo } from './plugin-info.js';
export { Plugins } from './plugins.js';
