export { isThenable } from './is-thenable.js';
export { settledWithin } from './settled-within.js';
export { LONGEST_TIMER_MS, timerMs, within } from './within.js';
