import { Status } from '../../../abi/index.js';
import type { AisopodError, ErrorCode } from '../../../base/errors/index.js';

const OWN = new Map<string, number>(
  Object.entries(Status).filter(([, value]) => value < 0), // an error is never a success
);

/** The status of the response to a request that the host refused or lost. */
const OF_HOST: Partial<Record<ErrorCode, number>> = {
  USAGE: Status.INVALID,
  TOOL_NOT_FOUND: Status.NOT_FOUND,
  COMMAND_NOT_FOUND: Status.NOT_FOUND,
  PROMPT_NOT_FOUND: Status.NOT_FOUND,
  CONTEXT_NOT_FOUND: Status.NOT_FOUND,
  PLUGIN_NOT_FOUND: Status.NOT_FOUND,
  ARGUMENTS_INVALID: Status.INVALID,
  VALIDATION_DEADLINE: Status.DEADLINE,
  MESSAGE_INVALID: Status.INVALID,
  NO_INBOX: Status.UNSUPPORTED,
  MESSAGE_CYCLE: Status.BUSY,
  TOOL_BLOCKED: Status.DENIED,
  AUTH_REQUIRED: Status.DENIED,
  AUTH_REFUSED: Status.DENIED,
  PLUGIN_DISABLED: Status.STATE,
  PLUGIN_NOT_ACTIVE: Status.STATE,
  NEXT_MISUSED: Status.STATE,
  CALL_TOO_DEEP: Status.STATE,
  COMMAND_RUNNING: Status.STATE,
  INSTANCE_LIMIT: Status.EXISTS,
  PLUGIN_STUCK: Status.BUSY,
  QUEUE_FULL: Status.AGAIN,
  NO_RESOURCES: Status.NOMEM,
  PAYLOAD_TOO_LARGE: Status.TOO_LARGE,
  ARGUMENT_TOO_LARGE: Status.TOO_LARGE,
  CALL_CANCELLED: Status.CANCELLED,
  CALL_DEADLINE: Status.DEADLINE,
  CALL_GONE: Status.GONE,
  HOST_CLOSED: Status.GONE,
};

/** The status of the ABI that says most nearly what an error says. */
export function statusFor({ code }: AisopodError): number {
  return OWN.get(code) ?? OF_HOST[code] ?? Status.FAIL;
}

/** The details for programs; of an error of the host, whose code is no status, its code too. */
export function detailsFor({ code, details }: AisopodError): unknown {
  return OWN.has(code) ? details : { code, details };
}
