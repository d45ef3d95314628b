import { Status, statusCode } from '../../../abi/index.js';
import { MessageType } from '../../../abi/messages.js';
import type { ErrorCode } from '../../../base/errors/index.js';
import { readJson } from '../../../base/json/index.js';
import type { Answer } from '../../../instance/index.js';

/**
 * The answer that a message `failure` (the plugin's own error), `refused` (no legal answer) or
 * `unanswered` (none at all) brings.
 * @param details JSON, or ''
 */
export function pluginFailure(
  type: number,
  status: number,
  message: string,
  details: string,
): Answer {
  const code = codeOf(type, status);
  const answer = {
    ok: false as const,
    code,
    message: message === '' ? `the plugin answered ${code} without a message` : message,
  };
  return details === '' ? answer : { ...answer, details: readJson(details) };
}

function codeOf(type: number, status: number): ErrorCode {
  if (type === MessageType.unanswered) return 'NOT_ANSWERED';
  if (type !== MessageType.refused) return statusCode(status);
  return status === Status.TOO_LARGE ? 'PAYLOAD_TOO_LARGE' : 'REPLY_REFUSED';
}
