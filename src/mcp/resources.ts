import {
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server';
import { AisopodError } from '../base/errors/index.js';
import type { PluginHost } from '../host/index.js';
import type { ContextInfo, ContextResult } from '../kinds/contexts/index.js';
import type { Connection } from './connection.js';
import { protocolError } from './failure.js';
import { shownOf } from './shown.js';

/** Begins the URIs of contexts that have none of their own; the name and the query follow. */
const OWN_SCHEME = 'aisopod-context:';

/** Answers resources/list, resources/templates/list and resources/read with the contexts of plugins. */
export function serveResources({ server, door, session }: Connection): void {
  const { host } = door;
  server.setRequestHandler('resources/list', () => ({ resources: shownResources(host) }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: shownTemplates(host),
  }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq }) => {
    const options = { signal: mcpReq.signal, context: { session } };
    try {
      const { parts } = await read(host, uri, options);
      return {
        contents: parts.map(({ text, mime, source }) => ({
          uri: source.uri ?? uri,
          mimeType: mime,
          text,
          ...(source.title !== undefined && { _meta: { 'aisopod/source': source.title } }),
        })),
      };
    } catch (error) {
      const known = AisopodError.from(error);
      if (known.code === 'CONTEXT_NOT_FOUND') throw new ResourceNotFoundError(uri, known.message);
      throw protocolError(known);
    }
  });
}

/** Contexts that are not asked anything. */
export function shownResources(host: PluginHost): Resource[] {
  return shownOf(host, host.contexts.list())
    .filter(({ uriTemplate }) => uriTemplate !== undefined && !hasPlace(uriTemplate))
    .map((info) => ({ uri: info.uriTemplate as string, ...about(info) }));
}

/** Contexts that take a query. */
export function shownTemplates(host: PluginHost): ResourceTemplateType[] {
  return shownOf(host, host.contexts.list()).flatMap((info) => {
    const uriTemplate = info.uriTemplate ?? `${OWN_SCHEME}${info.wireName}/{+query}`;
    return hasPlace(uriTemplate) ? [{ uriTemplate, ...about(info) }] : [];
  });
}

function hasPlace(uriTemplate: string): boolean {
  return uriTemplate.includes('{');
}

function about({ wireName, name, fullName, title, description, mime }: ContextInfo) {
  const shown = title ?? (wireName === name ? undefined : fullName);
  return {
    name: wireName,
    ...(shown !== undefined && { title: shown }),
    description,
    mimeType: mime,
  };
}

type Options = Parameters<PluginHost['contexts']['read']>[1];

async function read(
  { contexts }: PluginHost,
  uri: string,
  options: Options,
): Promise<ContextResult> {
  const [, name, query = ''] = /^aisopod-context:([^/]+)\/(.*)$/s.exec(uri) ?? [];
  const own = contexts
    .list()
    .find(({ wireName, uriTemplate }) => wireName === name && uriTemplate === undefined);
  if (own === undefined) return contexts.read(uri, options);
  return contexts.get(own.fullName, decoded(query), options);
}

/** A query as it was before it stood in a URI; what is no legal part of one is taken as it is. */
function decoded(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}
