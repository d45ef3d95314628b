export { complete } from './complete.js';
export { SCRIPTS } from './scripts.js';
