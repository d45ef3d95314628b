import type { Door } from '../../mcp/index.js';
import type { Command, Context } from '../command.js';
import { openHost, tellFailures } from '../open-host.js';
import { usageError } from '../usage-error.js';

export const command: Command = {
  about: `
Serves the tools, prompts and contexts of all plugins to an MCP client, which starts this command and talks to
it over its standard input and output. Whatever plugins print goes to standard error. Plugins that are dropped
in, changed or removed while it runs are followed, and clients are notified. It ends when the client closes its
end.

With --http any number of clients are served at http://127.0.0.1:3917/mcp, until Ctrl-C or SIGTERM. They have
to show a token: that of --token-file, which is made if it is not there, else of AISOPOD_MCP_TOKEN, else a
new one, which is printed on standard error. With --json: {"event":"listening","url","token"}.`,
  examples: [
    ['claude mcp add aisopod -- npx -y aisopod mcp', 'give Claude Code all tools'],
    ['npx @modelcontextprotocol/inspector aisopod mcp', 'try the tools by hand'],
    ['aisopod mcp --http --token-file ~/.aisopod/mcp-token', 'serve several clients'],
  ],
  async run(context) {
    if (context.options.http) {
      const { readHttpOptions, serveOverHttp } = await import('./mcp/serve-http.js');
      const options = readHttpOptions(context);
      return serveOverHttp(await openDoor(context), options, context);
    }
    refuseHttpOptions(context);
    const { serveOverStdio } = await import('./mcp/serve-stdio.js');
    const input = await context.ownStdin();
    return serveOverStdio(await openDoor(context), input, context);
  },
};

/** Starts all plugins, and follows them. */
async function openDoor(context: Context): Promise<Door> {
  const { LogRelay, openDoor } = await import('../../mcp/index.js');
  const logs = new LogRelay();
  const shows = ['CHANGE_REFUSED', 'WATCH_FAILED'] as const;
  const host = await openHost(context, { watch: true, shows, logs });
  tellFailures(host, context);
  return openDoor(host, logs);
}

/** @throws AisopodError USAGE */
function refuseHttpOptions({ options }: Context): void {
  const names = ['host', 'port', 'token-file'] as const;
  const given =
    options['allow-host'].length > 0
      ? 'allow-host'
      : names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const message = `--${given} is for --http, which is not given.`;
  throw usageError(message, { option: `--${given}` }, 'mcp');
}
