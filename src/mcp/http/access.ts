import { createHash, timingSafeEqual } from 'node:crypto';
import {
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { refusal } from './refusal.js';

export const MCP_PATH = '/mcp';

/** Addresses that stand for every address of the machine. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::', ''];

/** Who may use the server. */
export interface AccessRules {
  /** Names by which clients reach it, without a port. */
  readonly hosts: readonly string[];
  readonly token: string;
}

/** The names by which a server is reached that listens at an address. @param more what the user allows */
export function hostNames(address: string, more: readonly string[] = []): readonly string[] {
  const own = EVERY_ADDRESS.includes(address) ? [] : [address];
  return [...new Set([...localhostAllowedHostnames(), ...[...own, ...more].map(asHost)])];
}

/** As it stands in a URL. */
function asHost(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name.toLowerCase();
}

/**
 * Refuses a request that a web page of another origin makes, or one without the token.
 * @returns null: it may be served
 */
export function refuseAccess(request: Request, { hosts, token }: AccessRules): Response | null {
  const names = [...hosts];
  // A page whose name was made to point at this machine has another name than the server.
  const foreign =
    hostHeaderValidationResponse(request, names) ?? originValidationResponse(request, names);
  if (foreign !== undefined) return foreign;
  if (new URL(request.url).pathname !== MCP_PATH) {
    return refusal(404, `MCP is served at ${MCP_PATH}.`);
  }
  const [scheme = '', given = ''] = (request.headers.get('authorization') ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer' && isEqual(given, token)) return null;
  const text = 'Send the token of this server: Authorization: Bearer TOKEN.';
  return refusal(401, text, { 'WWW-Authenticate': 'Bearer' });
}

/** Takes as long for a good guess as for a bad one. */
function isEqual(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
