import { Status, statusCode } from '../abi/index.js';
import { AisopodError, type ErrorCode } from '../base/errors/index.js';
import { MORE_TIME } from './call-bounds.js';

const CODES = new Map<number, ErrorCode>([
  [Status.CANCELLED, 'CALL_CANCELLED'],
  [Status.DEADLINE, 'CALL_DEADLINE'],
  [Status.STATE, 'CALL_GONE'],
  [Status.GONE, 'CALL_GONE'],
  [Status.NOT_FOUND, 'CALL_GONE'],
  [Status.BUSY, 'PLUGIN_STUCK'],
  [Status.AGAIN, 'QUEUE_FULL'],
  [Status.TOO_LARGE, 'PAYLOAD_TOO_LARGE'],
  [Status.NOMEM, 'NO_RESOURCES'],
]);

const ADVICE: Partial<Record<ErrorCode, string>> = {
  CALL_DEADLINE: MORE_TIME,
  CALL_GONE: 'Call again when the plugin is active.',
  PLUGIN_STUCK: 'It serves again when the handler returns; if it never does, restart the host.',
  QUEUE_FULL: 'Wait for some of the calls in flight, or raise its limit `queue` or `queue_bytes`.',
  NO_RESOURCES: 'End other programs, or raise the limit on threads (ulimit -u).',
  PAYLOAD_TOO_LARGE: 'Send less, or raise its limit `payload_bytes`.',
};

/** The error for a call that the host itself ended with `status` of the ABI. */
export function lostCall(plugin: string, status: number, why: string): AisopodError {
  const code = CODES.get(status) ?? 'INTERNAL';
  const advice = ADVICE[code];
  const text = `plugin ${plugin}: ${why}.${advice === undefined ? '' : ` ${advice}`}`;
  return new AisopodError(code, text, { details: { plugin, status: statusCode(status) } });
}
