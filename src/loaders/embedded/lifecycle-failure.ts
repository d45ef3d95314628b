import { Status } from '../../abi/index.js';
import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { textOf } from './answer.js';

/**
 * The error for what a lifecycle function threw.
 * @param fn names the function: `init()`
 */
export function lifecycleFailure(
  plugin: string,
  code: ErrorCode,
  fn: string,
  thrown: unknown,
): AisopodError {
  const status = AisopodError.is(thrown) && thrown.code in Status ? thrown.code : 'FAIL';
  const text = `plugin ${plugin}: ${fn} failed: ${textOf(thrown)}`;
  return new AisopodError(code, text, { details: { status }, cause: thrown });
}
