export type { CapabilityInfo } from './capabilities.js';
export { type HostEventMap, HostEvents } from './events.js';
export type { DisabledBy } from './follow-files.js';
export { KINDS_SERVED, SPEC_PARSERS } from './kinds.js';
export type { HostOptions } from './options.js';
export { type ContextScope, makePluginContext } from './plugin-context.js';
export { PluginHost } from './plugin-host.js';
export type { PluginInfo } from './plugin-info.js';
export { Plugins } from './plugins.js';
