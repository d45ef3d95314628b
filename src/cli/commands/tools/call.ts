import { AisopodError } from '../../../base/errors/index.js';
import { jsonText } from '../../../base/json/index.js';
import type { PluginHost } from '../../../host/index.js';
import { MORE_TIME, type ToolResult, type ToolSuccess } from '../../../instance/index.js';
import type { Command, Context, ExitCode } from '../../command.js';
import { cancellingText, type Interrupt, takeInterrupt } from '../../interrupt.js';
import { openHost, tellFailures } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { printable, printableJson } from '../../output/printable.js';
import { printError, printFailure } from '../../output/report.js';
import { callArguments, callTimeout } from './call-arguments.js';
import { ProgressLine } from './progress.js';

export const command: Command = {
  about: `
Calls a tool with JSON arguments: the word after the name, standard input for "-", {} without one.
Prints the output of the tool: of content its texts, and a line about each picture and the like. Its error goes to standard error, and the exit code is then 1.
Ctrl-C or SIGTERM cancels the call, and the exit code is then 130 or 143. A second one ends the program at
once.

On a terminal chunks are printed as they come, and a line shows how far a long call is. Elsewhere
chunks are printed with --stream only, one line for each: text as it is, all else as JSON.
With --json: the result {"success","data","output","error","metadata"}, with --stream first a line
{"chunk":...} for each chunk; a call that came to no answer is {"error":{...}}.`,
  examples: [
    [`aisopod tools call calculate '{"expression":"2 + 2"}'`, 'call a tool'],
    ['aisopod tools call calculator:calculate - < arguments.json', 'by its full name, from a file'],
    [`aisopod tools call search '{"root":".","pattern":"main"}' --stream --json`, 'read chunks'],
  ],
  async run(context, [name = '', word]) {
    const timeoutMs = callTimeout(context.options.timeout);
    const args = await callArguments(word, context);
    const host = await openHost(context);
    const interrupt = takeInterrupt(
      (signal) => void context.messages.line(cancellingText('the call', signal)),
    );
    // After the host was closed: until then a second Ctrl-C may be needed.
    context.defer(interrupt.release);
    return call(host, context, { name, args, timeoutMs, interrupt });
  },
};

interface Call {
  readonly name: string;
  readonly args: unknown;
  readonly timeoutMs: number | undefined;
  readonly interrupt: Interrupt;
}

async function call(host: PluginHost, context: Context, wanted: Call): Promise<ExitCode> {
  const { stdout, messages, options } = context;
  const progress = new ProgressLine(wanted.name, messages);
  const streaming = options.stream || (stdout.isTTY && !options.json);
  try {
    const result = await host.tools.call(wanted.name, wanted.args, {
      timeoutMs: wanted.timeoutMs,
      signal: AbortSignal.any([wanted.interrupt.signal, stdout.gone]),
      ...(streaming && {
        onChunk: (chunk: unknown) => progress.without(() => printChunk(chunk, context)),
      }),
      ...(messages.canRewrite && {
        onProgress: (fraction: number | null, note: string | null) =>
          progress.update(fraction, note),
      }),
    });
    await progress.end();
    return await printResult(result, wanted.name, context);
  } catch (error) {
    // Whoever read our output has what they wanted.
    if (stdout.gone.aborted && stdout.failure === null) return 0;
    const { exitCode } = wanted.interrupt;
    if (exitCode !== null && AisopodError.is(error) && error.code === 'CALL_CANCELLED') {
      await printFailure(error, context);
      return exitCode;
    }
    if (!AisopodError.is(error)) throw error;
    if (error.code === 'TOOL_NOT_FOUND') tellFailures(host, context);
    throw error.code === 'CALL_DEADLINE' ? lateError(error) : error;
  } finally {
    await progress.end();
  }
}

/** A deadline with the advice for someone at a command line. */
function lateError({ code, message, details, cause }: AisopodError): AisopodError {
  const text = message.replace(
    MORE_TIME,
    'Give it more time with --timeout MS, or make the call smaller.',
  );
  return new AisopodError(code, text, { details, ...(cause !== undefined && { cause }) });
}

/** The output for a terminal: data that does not fit a row is laid out in several. */
function readable({ data, output, metadata }: ToolSuccess, columns: number): string {
  if (typeof data === 'string' || metadata.content === true) return printable(output);
  return printableJson(output.length <= columns ? output : jsonText(data, 2));
}

function printChunk(chunk: unknown, { stdout, options }: Context): Promise<void> {
  if (options.json) return printJson(stdout, { chunk });
  const isText = typeof chunk === 'string';
  const text = isText ? chunk : jsonText(chunk);
  if (!stdout.isTTY) return stdout.write(`${text}\n`);
  return stdout.write(`${isText ? printable(text) : printableJson(text)}\n`);
}

async function printResult(result: ToolResult, name: string, context: Context): Promise<ExitCode> {
  const { stdout, options } = context;
  const { success, output, error } = result;
  if (options.json) await printJson(stdout, result);
  else if (success) {
    const text = stdout.isTTY ? readable(result, stdout.columns) : output;
    await stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  } else {
    const message = `${name}: ${error.message}`;
    await printError({ ...error, message, cause: error.cause }, context);
  }
  return success ? 0 : 1;
}
