export { type Logger, silentLogger } from './logger.js';
export type { PluginLogger } from './plugin-logger.js';
