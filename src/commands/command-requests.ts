import { AisopodError, type ErrorCode } from '../errors/index.js';
import type { RequestHandler } from '../loaders/index.js';
import { isObject } from '../schema/index.js';
import type { Commands } from './commands.js';

/** The statuses of the ABI for what the host says itself; all else is FAIL. */
const STATUS: Partial<Record<ErrorCode, ErrorCode>> = {
  USAGE: 'INVALID',
  COMMAND_NOT_FOUND: 'NOT_FOUND',
  ARGUMENT_TOO_LARGE: 'TOO_LARGE',
  PAYLOAD_TOO_LARGE: 'TOO_LARGE',
  AUTH_REQUIRED: 'DENIED',
  AUTH_REFUSED: 'DENIED',
  CALL_CANCELLED: 'CANCELLED',
  CALL_DEADLINE: 'DEADLINE',
  CALL_GONE: 'GONE',
  PLUGIN_STUCK: 'BUSY',
  QUEUE_FULL: 'AGAIN',
  PLUGIN_DISABLED: 'STATE',
  PLUGIN_NOT_ACTIVE: 'STATE',
  HOST_CLOSED: 'STATE',
};

/**
 * `command.run` `{command, args?, stdin?}`: a plugin runs a command of any plugin and waits for its
 * result. Who is authenticated for it is whoever made the call on whose behalf the plugin asks; a
 * plugin that asks on its own is nobody.
 */
export function commandRequests(commands: Commands): Record<string, RequestHandler> {
  return {
    'command.run': async (params, { signal, timeoutMs, context }) => {
      const { command, args, stdin } = readParams(params);
      try {
        return await commands.run(command, { args, stdin, signal, timeoutMs, context });
      } catch (cause) {
        const error = AisopodError.from(cause, 'FAIL');
        const { code, message, details } = error;
        throw new AisopodError(STATUS[code] ?? 'FAIL', message, {
          details: { code, details: details ?? null },
          cause,
        });
      }
    },
  };
}

function readParams(params: unknown): { command: string; args?: string[]; stdin?: string } {
  const found = isObject(params) ? params : {};
  const { command } = found;
  if (typeof command === 'string') return { ...found, command };
  throw new AisopodError(
    'INVALID',
    'command.run needs {"command": "plugin-id:command", "args": ["..."], "stdin": "..."}; only ' +
      '"command" is required.',
    { details: { code: 'USAGE', details: null } },
  );
}
