export { buildAddon } from './build-addon.js';
export { type BuildStep, cmakeSteps, type NativeBuild } from './cmake-steps.js';
export { missingTools } from './machine.js';
