import type { Readable } from 'node:stream';
import { count } from '../../../base/text/index.js';
import type { Door } from '../../../mcp/index.js';
import type { Context, ExitCode } from '../../command.js';
import { takeInterrupt } from '../../interrupt.js';

/** Serves the client that has started this process, until it has gone or a signal ends it. */
export async function serveOverStdio(
  door: Door,
  input: Readable,
  context: Context,
): Promise<ExitCode> {
  const { stdout, messages } = context;
  const { serveStdio } = await import('../../../mcp/index.js');
  const interrupt = takeInterrupt(() => {});
  context.defer(interrupt.release);
  if (stdout.isTTY) {
    const tools = count(door.host.tools.list().length, 'tool');
    await messages.line(
      `Serving ${tools} to an MCP client on standard input and output. End with Ctrl-D.`,
    );
  }
  await stdout.forMessages();
  const pipes = { input, write: (text: string) => stdout.write(text), gone: stdout.gone };
  await serveStdio(door, pipes, interrupt.signal);
  return interrupt.exitCode ?? 0;
}
