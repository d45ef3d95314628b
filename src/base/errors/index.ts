export {
  AisopodError,
  type ErrorData,
  errorData,
  type FailureData,
  isError,
  thrownText,
} from './aisopod-error.js';
export { ERROR_CODES, type ErrorCode } from './codes.js';
