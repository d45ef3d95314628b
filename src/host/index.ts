export type { HostEventMap, HostEvents, HostListener, PluginFilesChange } from './events.js';
export type { CascadeOptions, Plugins } from './host-plugins.js';
export type { HostOptions } from './options.js';
export { createHost, PluginHost, servicesOf } from './plugin-host.js';
export type { CapabilityInfo } from './plugins/capabilities.js';
export type { DisabledBy } from './plugins/enabled-plugins.js';
export type { ChangeCause, LifecycleChange } from './plugins/lifecycle.js';
export type { Phase } from './plugins/phases.js';
export { absenceText, type PluginInfo } from './plugins/plugin-info.js';
