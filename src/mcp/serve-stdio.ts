import { randomUUID } from 'node:crypto';
import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import { Connection } from './connection.js';
import type { Door } from './door.js';
import { type Pipes, StdioTransport } from './stdio-transport.js';

/**
 * Serves the client at the other end of two pipes, in whichever era it speaks.
 *
 * @param signal ends it
 * @returns resolves when the client has gone, or with the signal
 */
export async function serveStdio(door: Door, pipes: Pipes, signal: AbortSignal): Promise<void> {
  const transport = new StdioTransport(pipes);
  door.hooks.started('stdio');
  const handle = serve(
    ({ era }) => {
      const connection = new Connection(era, door, randomUUID());
      connection.announce();
      return connection.server;
    },
    { transport },
  );
  const end = () => void handle.close();
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  await transport.closed;
  signal.removeEventListener('abort', end);
  await handle.close();
  await door.hooks.stopped(signal.aborted ? 'a signal ended it' : 'the client has gone');
}
