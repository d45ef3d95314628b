export { isThenable } from './is-thenable.js';
export { settledWithin } from './settled-within.js';
export { LONGEST_TIMER_MS, timerMs } from './timer-ms.js';
export { within } from './within.js';
