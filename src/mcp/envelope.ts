import {
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { isObject } from '../base/json/index.js';

/** What each request of a client of the second era says of it, as far as it does. */
export interface Envelope {
  /** What the client calls itself. */
  readonly clientName: string | undefined;
  /** The lowest level of log lines that it wants; undefined: it wants none. */
  readonly logLevel: string | undefined;
}

export function envelopeOf({ mcpReq }: ServerContext): Envelope {
  // The SDK names the keys as constants only.
  const said = (mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
  const info = said[CLIENT_INFO_META_KEY];
  const level = said[LOG_LEVEL_META_KEY];
  return {
    clientName: isObject(info) && typeof info.name === 'string' ? info.name : undefined,
    logLevel: typeof level === 'string' ? level : undefined,
  };
}
