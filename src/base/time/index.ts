export { isThenable } from './is-thenable.js';
