export { checkLimits } from './check-limits.js';
export { type HostConfig, readHostConfig } from './host-config.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export { type PluginSettings, TRUST_LEVELS, type TrustLevel } from './shape.js';
