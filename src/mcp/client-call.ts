import { randomUUID } from 'node:crypto';
import type { ServerContext } from '@modelcontextprotocol/server';
import type { CallContext, OnProgress } from '../instance/index.js';
import type { Connection } from './connection.js';
import { progressSender } from './progress.js';

/** What ties a call of the host to the request of a client. */
export interface ClientCallOptions {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress | undefined;
  readonly context: CallContext;
}

/**
 * Calls the host for a request of a client, which may cancel it, and which receives the progress of the call
 * and its log lines, as far as it wants them.
 *
 * @param call gets the options for the host
 */
export async function clientCall<T>(
  connection: Connection,
  context: ServerContext,
  call: (options: ClientCallOptions) => Promise<T>,
): Promise<T> {
  const { session } = connection;
  const traceId = randomUUID().replaceAll('-', '');
  const logs = connection.follow(traceId, context);
  try {
    return await call({
      signal: context.mcpReq.signal,
      onProgress: progressSender(context),
      context: { session, traceId },
    });
  } finally {
    const late = logs?.end();
    if (late !== undefined) await late;
  }
}
