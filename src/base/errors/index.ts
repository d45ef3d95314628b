export { AisopodError, type ErrorData } from './aisopod-error.js';
export { ERROR_CODES, type ErrorCode } from './codes.js';
