import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  WebStandardStreamableHTTPServerTransport as Transport,
} from '@modelcontextprotocol/server';
import { Connection } from '../connection.js';
import type { Door } from '../door.js';
import { refusal } from './refusal.js';

const SESSION_NOT_FOUND = -32001;

export interface SessionLimits {
  readonly most: number;
  /** How long a session may be without a request and without an open stream. */
  readonly idleMs: number;
}

interface Session {
  readonly transport: Transport;
  readonly connection: Connection;
  /** Requests whose answer is not sent to its end. */
  open: number;
  /** When the last one ended. */
  usedAt: number;
}

/** The sessions of clients of the first era, which say who they are once. */
export class Sessions {
  readonly #door: Door;
  readonly #limits: SessionLimits;
  readonly #sessions = new Map<string, Session>();
  readonly #timer: NodeJS.Timeout;

  constructor(door: Door, limits: SessionLimits) {
    this.#door = door;
    this.#limits = limits;
    this.#timer = setInterval(() => this.#endIdle(), Math.max(1, limits.idleMs / 4)).unref();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Answers a request.
   * @param body parsed; undefined: it has none
   * @param sent settles when the answer has been sent, or the client has gone
   */
  async serve(request: Request, body: unknown, sent: Promise<void>): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const session = this.#sessions.get(id);
      if (session === undefined) {
        return refusal(404, 'The session has ended. Initialize a new one.', {}, SESSION_NOT_FOUND);
      }
      return this.#serveIn(session, request, body, sent);
    }
    if (!isInitializeRequest(body)) {
      return refusal(400, 'Initialize a session first, and send its id in Mcp-Session-Id.');
    }
    if (this.#sessions.size >= this.#limits.most) {
      return refusal(503, `This server has ${this.#limits.most} sessions, and takes no more.`);
    }
    const session = await this.#begin();
    const answer = await this.#serveIn(session, request, body, sent);
    // It was refused, and no session began.
    if (session.transport.sessionId === undefined) await session.transport.close();
    return answer;
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(Array.from(this.#sessions.keys(), (id) => this.#end(id)));
  }

  async #begin(): Promise<Session> {
    const id = randomUUID();
    const transport = new Transport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => void this.#sessions.set(id, session),
      onsessionclosed: () => void this.#sessions.delete(id),
    });
    const connection = new Connection('legacy', this.#door, randomUUID());
    const session = { transport, connection, open: 0, usedAt: performance.now() };
    // Until the client asks for a stream.
    connection.isOpen = false;
    connection.announce();
    await connection.server.connect(transport);
    return session;
  }

  async #serveIn(
    session: Session,
    request: Request,
    parsedBody: unknown,
    sent: Promise<void>,
  ): Promise<Response> {
    session.open += 1;
    void sent.then(() => {
      session.open -= 1;
      session.usedAt = performance.now();
    });
    const answer = await session.transport.handleRequest(request, { parsedBody });
    if (request.method === 'GET' && answer.ok) {
      session.connection.isOpen = true;
      void sent.then(() => {
        session.connection.isOpen = false;
      });
    }
    return answer;
  }

  #endIdle(): void {
    const before = performance.now() - this.#limits.idleMs;
    for (const [id, { open, usedAt }] of this.#sessions) {
      if (open === 0 && usedAt < before) void this.#end(id);
    }
  }

  async #end(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    await session?.transport.close();
  }
}
