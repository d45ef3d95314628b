import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  PARSE_ERROR,
} from '@modelcontextprotocol/server';
import { AisopodError } from '../../base/errors/index.js';
import { Connection } from '../connection.js';
import type { Door } from '../door.js';
import { MESSAGE_BYTES, readMessage } from '../message-text.js';
import { hostNames, MCP_PATH, refuseAccess } from './access.js';
import { bodyOf, headOf, send } from './node-bridge.js';
import { refusal } from './refusal.js';
import { type SessionLimits, Sessions } from './sessions.js';

const LIMITS: SessionLimits = { most: 1_000, idleMs: 30 * 60 * 1_000 };

export interface HttpOptions {
  /** An address or the name of one. */
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  /** What clients have to show. */
  readonly token: string;
  /** Further names by which clients reach the server. */
  readonly allowedHosts?: readonly string[];
  readonly sessions?: Partial<SessionLimits>;
}

/** A server that listens. */
export interface HttpServing {
  readonly url: string;
  /** Sessions of clients that have initialized one. */
  readonly sessions: Pick<Sessions, 'size'>;
  /** Takes no more requests, and ends those that are served. */
  close(): Promise<void>;
}

/**
 * Serves clients over HTTP, in whichever era they speak.
 * @throws AisopodError (as rejection) LISTEN_FAILED
 */
export async function serveHttp(door: Door, options: HttpOptions): Promise<HttpServing> {
  const modern = createMcpHandler(({ era }) => new Connection(era, door).server, {
    legacy: 'reject',
  });
  const sessions = new Sessions(door, { ...LIMITS, ...options.sessions });
  const rules = { hosts: hostNames(options.host, options.allowedHosts), token: options.token };
  const server = createServer((incoming, response) => {
    answer(incoming, response)
      // What Node.js takes for a request may be none for the SDK: a method such as TRACE, or a broken path.
      .catch((error: unknown) => refusal(400, (error as Error).message))
      .then((made) => send(made, response))
      .catch(() => response.destroy());
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<Response> {
    const sent = sentOf(response);
    const request = headOf(incoming, response);
    const refused = refuseAccess(request, rules);
    if (refused !== null) return refused;
    const read = await readBody(request, incoming);
    if (read instanceof Response) return read;
    const { body } = read;
    return (await isLegacyRequest(request, body))
      ? sessions.serve(request, body, sent)
      : modern.fetch(request, { parsedBody: body });
  }

  const address = await listen(server, options);
  const url = `http://${hostOf(address)}:${address.port}${MCP_PATH}`;
  door.hooks.started(url);
  const { notify } = modern;
  const ends = [
    door.changes.tools.listen(() => notify.toolsChanged()),
    door.changes.prompts.listen(() => notify.promptsChanged()),
    door.changes.resources.listen(() => notify.resourcesChanged()),
  ];
  return {
    url,
    sessions,
    async close() {
      for (const end of ends) end();
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all([modern.close(), sessions.close()]);
      server.closeAllConnections();
      await closed;
      await door.hooks.stopped('the server is closed');
    },
  };
}

/** Settles when the answer has been sent, or the client has gone. */
function sentOf(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', resolve));
}

/** The parsed body of a request, or an answer that refuses it. */
async function readBody(
  request: Request,
  incoming: IncomingMessage,
): Promise<Response | { readonly body: unknown }> {
  if (request.method !== 'POST') return { body: undefined };
  if (!isJsonContentType(request.headers.get('content-type'))) {
    return refusal(415, 'Send JSON: Content-Type: application/json.');
  }
  const bytes = await bodyOf(incoming, MESSAGE_BYTES);
  if (bytes === null) {
    return refusal(413, `A message may have ${MESSAGE_BYTES} bytes at most.`);
  }
  try {
    return { body: readMessage(bytes) ?? null };
  } catch (error) {
    const message = `The body is not JSON: ${(error as Error).message}`;
    return refusal(400, message, {}, PARSE_ERROR);
  }
}

function listen(
  server: ReturnType<typeof createServer>,
  { host, port }: HttpOptions,
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(listenFailed(host, port, cause));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): AisopodError {
  const advice =
    cause.code === 'EADDRINUSE'
      ? 'Another program listens there. Take another port with --port N, or --port 0 for one that is free.'
      : cause.code === 'EACCES'
        ? 'Ports below 1024 are for root. Take another port with --port N.'
        : 'Take an address of this machine with --host ADDRESS, such as 127.0.0.1.';
  return new AisopodError(
    'LISTEN_FAILED',
    `The server cannot listen at ${host} port ${port} (${cause.code ?? cause.message}). ${advice}`,
    { details: { host, port, errno: cause.code ?? null }, cause },
  );
}

function hostOf({ address, family }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]` : address;
}
