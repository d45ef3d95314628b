import { count } from '../../base/text/index.js';
import type { Command, Context, ExitCode } from '../command.js';
import { takeInterrupt } from '../interrupt.js';
import { openHost, tellFailures } from '../open-host.js';

export const command: Command = {
  about: `
Serves the tools of all plugins to an MCP client, which starts this command and talks to it over its standard
input and output. Whatever plugins print goes to standard error. Plugins that are dropped in, changed or
removed while it runs are followed, and clients are notified. It ends when the client closes its end.`,
  examples: [
    ['claude mcp add aisopod -- npx aisopod mcp', 'give Claude Code all tools'],
    ['npx @modelcontextprotocol/inspector aisopod mcp', 'try the tools by hand'],
  ],
  run: (context) => serveStandardStreams(context),
};

async function serveStandardStreams(context: Context): Promise<ExitCode> {
  const { stdout, messages } = context;
  const input = await context.ownStdin();
  const { LogRelay, openDoor, serveStdio } = await import('../../mcp/index.js');
  const logs = new LogRelay();
  const host = await openHost(context, {
    watch: true,
    shows: ['CHANGE_REFUSED', 'WATCH_FAILED'],
    logs,
  });
  const interrupt = takeInterrupt(() => {});
  context.defer(interrupt.release);
  tellFailures(host, context);
  if (stdout.isTTY) {
    const tools = count(host.tools.list().length, 'tool');
    await messages.line(
      `Serving ${tools} to an MCP client on standard input and output. End with Ctrl-D.`,
    );
  }
  const pipes = { input, write: (text: string) => stdout.write(text), gone: stdout.gone };
  await serveStdio(openDoor(host, logs), pipes, interrupt.signal);
  return interrupt.exitCode ?? 0;
}
