import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { AisopodError, type ErrorCode } from '../base/errors/index.js';

/** Codes of what the request itself is wrong about. */
const OF_REQUEST: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TOOL_NOT_FOUND',
  'PROMPT_NOT_FOUND',
  'ARGUMENTS_INVALID',
  'USAGE',
]);

/** The protocol's error for what went wrong, where there is no result that could say it. */
export function protocolError(error: unknown): ProtocolError {
  const { code, message, details } = AisopodError.from(error);
  const isOfRequest = OF_REQUEST.has(code);
  const { InvalidParams, InternalError } = ProtocolErrorCode;
  const data = details === undefined ? { code } : { code, details };
  return new ProtocolError(isOfRequest ? InvalidParams : InternalError, message, data);
}
