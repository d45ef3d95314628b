import {
  type HandlerResultTypeMap,
  type LoggingLevel,
  type RequestMethod,
  type RequestTypeMap,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { HOST_NAME, HOST_VERSION } from '../base/version.js';
import type { Door, ListName } from './door.js';
import { envelopeOf } from './envelope.js';
import { servePrompts } from './prompts.js';
import { serveResources } from './resources.js';
import { serveTools } from './tools.js';

/** The two ways in which the protocol is spoken: with a handshake, and without one since 2026-07-28. */
export type Era = 'legacy' | 'modern';

/** Levels of the protocol, the least severe first. */
const LEVELS: readonly string[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

const CAPABILITIES = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true },
  completions: {},
  logging: {},
};
const LISTS: readonly ListName[] = ['tools', 'prompts', 'resources'];

/** Answers a request of a client. */
type Answer<M extends RequestMethod> = (
  request: RequestTypeMap[M],
  context: ServerContext,
) => HandlerResultTypeMap[M] | Promise<HandlerResultTypeMap[M]>;

/** The log lines about a call, while it runs. */
interface CallLogs {
  /** @returns what the answer has to wait for: no line may follow it in the second era */
  end(): Promise<void> | undefined;
}

/** One client, and what it wants to know. */
export class Connection {
  readonly era: Era;
  readonly door: Door;
  readonly server: Server;
  /** Who calls, for plugins; undefined: each request may come from another client. */
  readonly session: string | undefined;
  /** Hooks know that the client is here. */
  #hasArrived = false;
  /** What a client of the first era has set. */
  #level: LoggingLevel = 'info';
  /** What no request asks for reaches the client. */
  #isOpen = true;
  /** Lists that have changed while it did not. */
  readonly #missed = new Set<ListName>();

  constructor(era: Era, door: Door, session?: string) {
    this.era = era;
    this.door = door;
    this.session = session;
    const info = { name: HOST_NAME, version: HOST_VERSION };
    this.server = new Server(info, { capabilities: CAPABILITIES });
    this.server.setRequestHandler('logging/setLevel', ({ params }) => {
      this.#level = params.level;
      return {};
    });
    serveTools(this);
    servePrompts(this);
    serveResources(this);
  }

  /**
   * Sends what no request asks for, until the connection ends: that lists have changed, and log lines that
   * belong to no call. A client of the first era receives nothing before it has initialized.
   */
  announce(): void {
    const { server, door } = this;
    const ends: (() => void)[] = [];
    const begin = () => {
      if (ends.length > 0) return;
      if (this.era === 'legacy') this.#arrived(server.getClientVersion()?.name);
      for (const name of LISTS) {
        ends.push(door.changes[name].listen(() => this.#listChanged(name)));
      }
      if (this.era === 'modern') return;
      ends.push(
        door.logs.listen((line) => {
          if (isLoud(line.level, this.#level)) this.#send(server.sendLoggingMessage(line));
        }),
      );
    };
    if (this.era === 'modern') begin();
    else server.oninitialized = begin;
    server.onclose = () => {
      for (const end of ends.splice(0)) end();
      if (this.#hasArrived) door.hooks.disconnected(this.session as string);
    };
  }

  /** Answers requests of a method. A client of the second era makes itself known with any of them. */
  answer<M extends RequestMethod>(method: M, answer: Answer<M>): void {
    this.server.setRequestHandler(method, (request, context) => {
      this.#arrived(envelopeOf(context).clientName);
      return answer(request, context);
    });
  }

  /** The client has made itself known, which counts once. @param name what it calls itself */
  #arrived(name: string | undefined): void {
    if (this.#hasArrived || this.session === undefined) return;
    this.#hasArrived = true;
    this.door.hooks.connected(this.session, name);
  }

  /** Says whether the client has a stream for what no request asks for. What it has missed is sent then. */
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
    for (const name of [...this.#missed]) this.#listChanged(name);
  }

  #listChanged(name: ListName): void {
    if (!this.#isOpen) {
      this.#missed.add(name);
      return;
    }
    this.#missed.delete(name);
    this.#send(this.server.notification({ method: `notifications/${name}/list_changed` }));
  }

  /**
   * Sends the log lines about a call with its request, as far as the client wants them.
   * @returns what ends it; null: the client wants none
   */
  follow(traceId: string, context: ServerContext): CallLogs | null {
    const { server, door, era } = this;
    const wanted = era === 'modern' ? envelopeOf(context).logLevel : this.#level;
    if (wanted === undefined) return null;
    let isAnswered = false;
    const unfollow = door.logs.follow(traceId, (line) => {
      if (!isLoud(line.level, wanted)) return;
      const params = { ...line };
      this.#send(
        isAnswered
          ? server.sendLoggingMessage(params)
          : context.mcpReq.notify({ method: 'notifications/message', params }),
      );
    });
    // What a handler logs that answers at once arrives after its answer.
    const late = () =>
      new Promise<void>((resolve) => {
        setImmediate(() => {
          unfollow();
          resolve();
        });
      });
    return {
      end() {
        if (era === 'modern') return late();
        isAnswered = true;
        void late();
        return undefined;
      },
    };
  }

  /** A client that has gone misses what is sent to it. */
  #send(sent: Promise<void>): void {
    sent.catch(() => {});
  }
}

function isLoud(level: string, wanted: string): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);
}
