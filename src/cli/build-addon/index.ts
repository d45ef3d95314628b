export { buildAddon } from './build-addon.js';
export { missingTools } from './machine.js';
