export { HostEventEmitter, type HostEventMap } from './host-event-emitter.js';
export type { HostOptions } from './options.js';
export { PluginHost } from './plugin-host.js';
export type { CapabilityInfo } from './plugins/capabilities.js';
export type { DisabledBy } from './plugins/enabled-plugins.js';
export type { PluginInfo } from './plugins/plugin-info.js';
export { PluginsService } from './plugins-service.js';
