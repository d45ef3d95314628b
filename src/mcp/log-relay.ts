import { lossyJson, readJson } from '../base/json/index.js';
import type { Logger } from '../base/logging/index.js';

/** The levels of the protocol that the host has, the lowest first. */
const LEVELS = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
} as const;

/** A log line for clients. */
export interface RelayedLine {
  readonly level: (typeof LEVELS)[keyof Logger];
  /** Id of the plugin. */
  readonly logger: string;
  readonly data: unknown;
}

/** Receives log lines. */
export type LineListener = (line: RelayedLine) => void;

/**
 * Takes log lines of plugins to clients: those about a call to the client that made it, all others to every
 * client that listens. What the host says of itself stays in its log.
 */
export class LogRelay implements Logger {
  readonly trace = this.#writer('trace');
  readonly debug = this.#writer('debug');
  readonly info = this.#writer('info');
  readonly warn = this.#writer('warn');
  readonly error = this.#writer('error');
  readonly #listeners = new Set<LineListener>();
  readonly #calls = new Map<string, LineListener>();

  /** Calls the listener with lines that belong to no call. @returns ends it */
  listen(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls the listener with the lines about a call. @param traceId of that call alone @returns ends it */
  follow(traceId: string, listener: LineListener): () => void {
    this.#calls.set(traceId, listener);
    return () => void this.#calls.delete(traceId);
  }

  #writer(level: keyof Logger) {
    return (data: object, message: string): void => {
      if (this.#listeners.size === 0 && this.#calls.size === 0) return;
      const { logger, plugin, from, traceId, call, session, user, tenant, ...fields } =
        data as Record<string, unknown>;
      if (typeof plugin !== 'string' || typeof logger !== 'string') return;
      const line = { level: LEVELS[level], logger: plugin, data: lineData(message, fields) };
      if (typeof traceId === 'string') this.#calls.get(traceId)?.(line);
      else for (const listener of this.#listeners) listener(line);
    };
  }
}

/** A text, or what JSON says of its fields with it. */
function lineData(message: string, fields: object): unknown {
  if (Object.keys(fields).length === 0) return message;
  const said = lossyJson({ ...fields, message });
  return said === null ? message : readJson(said);
}
