import { count } from '../../../base/text/index.js';
import type { Door } from '../../../mcp/index.js';
import type { Context, ExitCode } from '../../command.js';
import { takeInterrupt } from '../../interrupt.js';
import { printJson } from '../../output/json.js';
import { usageError } from '../../usage-error.js';
import { clientToken } from './token.js';

const DEFAULT_PORT = 3917;
const LARGEST_PORT = 65_535;

/** What the options say, read before anything is started. @throws AisopodError USAGE, TOKEN_UNUSABLE */
export function readHttpOptions(context: Context) {
  const { host = '127.0.0.1', port, 'allow-host': allowedHosts } = context.options;
  return { host, port: portOf(port), allowedHosts, token: clientToken(context) };
}

function portOf(given = String(DEFAULT_PORT)): number {
  if (/^\d{1,5}$/.test(given) && Number(given) <= LARGEST_PORT) return Number(given);
  throw usageError(
    `--port needs a whole number from 0 to ${LARGEST_PORT}, and "${given}" is not one.`,
    { option: '--port' },
    'mcp',
  );
}

/** Serves clients over HTTP until a signal ends it. */
export async function serveOverHttp(
  door: Door,
  { token, ...options }: ReturnType<typeof readHttpOptions>,
  context: Context,
): Promise<ExitCode> {
  const { stdout, messages } = context;
  const { serveHttp } = await import('../../../mcp/index.js');
  const serving = await serveHttp(door, { ...options, token: token.text });
  context.defer(() => serving.close());
  const interrupt = takeInterrupt(() => {});
  context.defer(interrupt.release);
  const { url } = serving;
  if (context.options.json) {
    await printJson(stdout, { event: 'listening', url, token: token.text });
  } else {
    const tools = count(door.host.tools.list().length, 'tool');
    await messages.line(`Serving ${tools} to MCP clients at ${url}`);
    const shown = token.from === null ? `is new: ${token.text}` : `is that of ${token.from}.`;
    await messages.line(`The token of clients ${shown}`);
  }
  await new Promise<void>((resolve) => {
    if (interrupt.signal.aborted) resolve();
    else interrupt.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return interrupt.exitCode ?? 0;
}
