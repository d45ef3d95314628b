export { isPluginId, pluginId } from './plugin-id.js';
