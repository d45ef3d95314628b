import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { AisopodError, type ErrorCode } from '../base/errors/index.js';
import { nearest, notFoundText, shortName } from '../base/text/index.js';

/** Codes that say that the request is wrong, and not its answer. */
const OF_REQUEST: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TOOL_NOT_FOUND',
  'PROMPT_NOT_FOUND',
  'ARGUMENTS_INVALID',
  'INVALID',
  'NOT_FOUND',
]);

/** The protocol's error for what went wrong, where there is no result that could say it. */
export function protocolError(error: unknown): ProtocolError {
  const { code, message, details } = AisopodError.from(error);
  const { InvalidParams, InternalError } = ProtocolErrorCode;
  const data = details === undefined ? { code } : { code, details };
  return new ProtocolError(OF_REQUEST.has(code) ? InvalidParams : InternalError, message, data);
}

/**
 * The error for a name that clients do not know.
 * @param known all that they do
 */
export function unknownName(
  kind: 'tool' | 'prompt',
  name: string,
  known: readonly string[],
): ProtocolError {
  const given = shortName(name);
  const similar = nearest(given, known);
  const code = kind === 'tool' ? 'TOOL_NOT_FOUND' : 'PROMPT_NOT_FOUND';
  const details = { [kind]: given, similar };
  return protocolError(new AisopodError(code, notFoundText(kind, given, { similar }), { details }));
}
