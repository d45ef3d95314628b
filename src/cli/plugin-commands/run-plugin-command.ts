import { AisopodError } from '../../base/errors/index.js';
import { absenceText, type PluginHost } from '../../host/index.js';
import type { CommandInfo, CommandResult, CommandStream } from '../../kinds/commands/index.js';
import type { Context } from '../command.js';
import { cancellingText, takeInterrupt } from '../interrupt.js';
import { openHost, tellFailures } from '../open-host.js';
import { printJson } from '../output/json.js';
import { printable } from '../output/printable.js';
import { printError, printFailure } from '../output/report.js';
import type { CommandLine } from '../parse.js';
import { readStdin } from '../read-stdin.js';
import { commandError } from '../usage.js';
import { commandWords } from './command-words.js';
import { credentialsFor } from './credentials.js';

/**
 * Runs the command of a plugin that the first word names. What it writes goes out as it comes.
 * @returns its exit code; 130 when Ctrl-C cancelled it, 143 when SIGTERM did
 * @throws AisopodError USAGE when there is no such command, and those of host.commands.run()
 */
export async function runPluginCommand(context: Context, line: CommandLine): Promise<number> {
  const host = await openHost(context);
  const info = findPluginCommand(host, line, context);
  const args = commandWords(line.args);
  const stdin = info.stdin ? await readStdin(context, info.shortName) : undefined;
  const interrupt = takeInterrupt(
    (signal) => void context.messages.line(cancellingText('the command', signal)),
  );
  // After the host was closed: until then a second Ctrl-C may be needed.
  context.defer(interrupt.release);
  const { stdout, options } = context;
  try {
    const result = await host.commands.run(info.fullName, {
      args,
      stdin,
      auth: credentialsFor(info, host, context),
      signal: AbortSignal.any([interrupt.signal, stdout.gone]),
      // Who waits for it can end it.
      timeoutMs: Number.POSITIVE_INFINITY,
      onOutput: options.json ? undefined : (stream, text) => write(stream, text, context),
    });
    return await finish(result, info, context);
  } catch (error) {
    // Whoever read our output has what they wanted.
    if (stdout.gone.aborted && stdout.failure === null) return 0;
    const { exitCode } = interrupt;
    if (exitCode !== null && AisopodError.is(error) && error.code === 'CALL_CANCELLED') {
      await printFailure(error, context);
      return exitCode;
    }
    throw error;
  }
}

/** @throws AisopodError USAGE with what may have been meant */
export function findPluginCommand(
  host: PluginHost,
  { words }: CommandLine,
  context: Context,
): CommandInfo {
  const info = host.commands.get(words[0] ?? '');
  if (info !== undefined) return info;
  tellFailures(host, context);
  throw commandError(
    words,
    host.commands.list().map(({ shortName }) => shortName),
    ownerOf(words[0] ?? '', host),
  );
}

/** Sentences about a plugin whose manifest lists the command; null: none does. */
function ownerOf(name: string, host: PluginHost): string | null {
  const owner = host.plugins
    .list()
    .find(({ id, manifest }) =>
      manifest?.capabilities.commands.some((each) => each === name || `${id}:${each}` === name),
    );
  return owner?.id ? absenceText(owner.id, owner.state, owner.error) : null;
}

/** As it is, but that what would steer a terminal is shown there. */
function write(stream: CommandStream, text: string, { stdout, messages }: Context): Promise<void> {
  const out = stream === 'stdout' ? stdout : messages;
  return out.write(out.isTTY ? printable(text) : text);
}

async function finish(
  result: CommandResult,
  { shortName }: CommandInfo,
  context: Context,
): Promise<number> {
  const { stdout, options } = context;
  const { exitCode, error } = result;
  if (options.json) await printJson(stdout, result);
  else if (error !== undefined) {
    const message = `${shortName}: ${error.message}`;
    await printError({ ...error, message, cause: error.cause }, context);
  }
  return exitCode;
}
