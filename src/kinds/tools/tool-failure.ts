import { AisopodError, type ErrorData } from '../../base/errors/index.js';
import type { ToolFailure } from '../../instance/index.js';

/** A call that the tool was asked for and that failed: by its own word, or lost by the host. */
export type Failure =
  | { readonly result: ToolFailure; readonly thrown?: undefined }
  | { readonly result?: undefined; readonly thrown: AisopodError };

/** How the failure looks as data. */
export function failureData({ result, thrown }: Failure): ErrorData {
  return result === undefined ? thrown.toJSON() : result.error;
}

/** What is left of a failure that is not handled. */
export function propagate(failure: Failure): ToolFailure {
  if (failure.result !== undefined) return failure.result;
  throw failure.thrown;
}

/** Whether anything could still be done about an error: no caller waits any more after these. */
export function isRecoverable(error: unknown): error is AisopodError {
  return (
    AisopodError.is(error) && error.code !== 'CALL_CANCELLED' && error.code !== 'CALL_DEADLINE'
  );
}
