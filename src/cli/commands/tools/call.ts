import { jsonText } from '../../../base/json/index.js';
import type { PluginHost } from '../../../host/index.js';
import type { ToolResult, ToolSuccess } from '../../../instance/index.js';
import { callHost, callTimeout } from '../../call-host.js';
import type { Command, Context, ExitCode } from '../../command.js';
import { printJson } from '../../output/json.js';
import { printable, printableJson } from '../../output/printable.js';
import { printError } from '../../output/report.js';
import { callArguments } from './call-arguments.js';
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
    const timeoutMs = callTimeout(context.options.timeout, 'tools call');
    const args = await callArguments(word, context);
    return callHost(context, {
      notFound: 'TOOL_NOT_FOUND',
      run: (host, signal) => call(host, context, { name, args, timeoutMs, signal }),
    });
  },
};

interface Call {
  readonly name: string;
  readonly args: unknown;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

async function call(
  host: PluginHost,
  context: Context,
  { name, args, timeoutMs, signal }: Call,
): Promise<ExitCode> {
  const { stdout, messages, options } = context;
  const progress = new ProgressLine(name, messages);
  const streaming = options.stream || (stdout.isTTY && !options.json);
  try {
    const result = await host.tools.call(name, args, {
      timeoutMs,
      signal,
      ...(streaming && {
        onChunk: (chunk: unknown) => progress.without(() => printChunk(chunk, context)),
      }),
      ...(messages.canRewrite && {
        onProgress: (fraction: number | null, note: string | null) =>
          progress.update(fraction, note),
      }),
    });
    await progress.end();
    return await printResult(result, name, context);
  } finally {
    await progress.end();
  }
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
