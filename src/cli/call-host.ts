import { AisopodError, type ErrorCode } from '../base/errors/index.js';
import { show } from '../base/text/index.js';
import { LONGEST_TIMER_MS } from '../base/time/index.js';
import type { PluginHost } from '../host/index.js';
import { MORE_TIME } from '../instance/index.js';
import type { Context, ExitCode } from './command.js';
import { cancellingText, takeInterrupt } from './interrupt.js';
import { openHost, tellFailures } from './open-host.js';
import { printFailure } from './output/report.js';
import { usageError } from './usage-error.js';

/** A call of something that a plugin registered. */
export interface HostCall {
  /** The error for an unknown name, which a plugin that did not start may explain. */
  readonly notFound: ErrorCode;
  /** Makes it, and prints what came of it. @param signal aborted when the call is cancelled */
  run(host: PluginHost, signal: AbortSignal): Promise<ExitCode>;
}

/**
 * Opens a host and makes a call in it. The first Ctrl-C or SIGTERM cancels the call, and so does a reader of
 * standard output that leaves.
 *
 * @throws AisopodError why the call came to no answer
 */
export async function callHost(context: Context, call: HostCall): Promise<ExitCode> {
  const { stdout, messages } = context;
  const host = await openHost(context);
  const interrupt = takeInterrupt(
    (signal) => void messages.line(cancellingText('the call', signal)),
  );
  // After the host was closed: until then a second Ctrl-C may be needed.
  context.defer(interrupt.release);
  try {
    return await call.run(host, AbortSignal.any([interrupt.signal, stdout.gone]));
  } catch (error) {
    // The reader of our output has what it wanted.
    if (stdout.gone.aborted && stdout.failure === null) return 0;
    const { exitCode } = interrupt;
    if (exitCode !== null && AisopodError.is(error) && error.code === 'CALL_CANCELLED') {
      await printFailure(error, context);
      return exitCode;
    }
    if (!AisopodError.is(error)) throw error;
    if (error.code === call.notFound) tellFailures(host, context);
    throw error.code === 'CALL_DEADLINE' ? lateError(error) : error;
  }
}

/**
 * Reads --timeout.
 * @param command the name of the command
 * @returns milliseconds
 * @throws AisopodError USAGE
 */
export function callTimeout(word: string | undefined, command: string): number | undefined {
  if (word === undefined) return undefined;
  const ms = /^\d{1,10}$/.test(word) ? Number(word) : 0;
  if (ms > 0 && ms <= LONGEST_TIMER_MS) return ms;
  throw usageError(
    `--timeout is ${show(word)}; it must be a whole number of milliseconds, from 1 to ` +
      `${LONGEST_TIMER_MS}.`,
    { option: '--timeout', found: word },
    command,
  );
}

/** A deadline with the advice for someone at a command line. */
function lateError({ code, message, details, cause }: AisopodError): AisopodError {
  const text = message.replace(
    MORE_TIME,
    'Give it more time with --timeout MS, or make the call smaller.',
  );
  return new AisopodError(code, text, { details, ...(cause !== undefined && { cause }) });
}
