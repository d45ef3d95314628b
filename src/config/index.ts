export { checkLimits } from './check-limits.js';
export {
  type ConfigChange,
  type ConfigHost,
  type ConfigOverrides,
  ConfigService,
} from './config-service.js';
export type { ConfigEdit } from './edit-config.js';
export type { ConfigEntry, ConfigOrigin } from './explain.js';
export { type HostConfig, readHostConfig } from './host-config.js';
export type { Layer, LayerName } from './layers.js';
export { DEFAULT_LIMITS, type Limits, withLimits } from './limits.js';
export { Redactor } from './redactor.js';
export { type ResolvedConfig, secretTexts } from './resolve.js';
export type { Accepted, PluginSettings, TrustLevel } from './shape.js';
