import {
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server';
import { AisopodError } from '../base/errors/index.js';
import { show } from '../base/text/index.js';
import type { PluginHost } from '../host/index.js';
import type { ContextInfo, ContextResult } from '../kinds/contexts/index.js';
import { type ClientCallOptions, clientCall } from './client-call.js';
import type { Connection } from './connection.js';
import { protocolError } from './failure.js';
import { shownOf, titleOf } from './shown.js';

/** Begins the URIs of contexts that have none of their own; the name and the query follow. */
const OWN_SCHEME = 'aisopod-context:';
const OWN_URI = /^aisopod-context:([^/]+)\/(.*)$/s;

/** Where a client finds the title of the source of a text. */
const SOURCE_META = 'aisopod/source';

/** Answers resources/list, resources/templates/list and resources/read with the contexts of plugins. */
export function serveResources(connection: Connection): void {
  const { host } = connection.door;
  connection.answer('resources/list', () => ({ resources: shownResources(host) }));
  connection.answer('resources/templates/list', () => ({
    resourceTemplates: shownTemplates(host),
  }));
  connection.answer('resources/read', async ({ params: { uri } }, context) => {
    const result = await clientCall(connection, context, (options) =>
      read(host, uri, options),
    ).catch((error: unknown) => {
      throw readError(uri, error);
    });
    return { contents: contentsOf(uri, result) };
  });
}

/** Contexts that are not asked anything. */
export function shownResources(host: PluginHost): Resource[] {
  return shownContexts(host)
    .filter(({ uriTemplate }) => !hasPlace(uriTemplate))
    .map((info) => ({ uri: info.uriTemplate, ...about(info) }));
}

/** Contexts that take a query. */
export function shownTemplates(host: PluginHost): ResourceTemplateType[] {
  return shownContexts(host)
    .filter(({ uriTemplate }) => hasPlace(uriTemplate))
    .map((info) => ({ uriTemplate: info.uriTemplate, ...about(info) }));
}

type Addressed = ContextInfo & { readonly uriTemplate: string };

/** What clients are shown; of several contexts with the same URI only the first, since that one is asked. */
function shownContexts(host: PluginHost): Addressed[] {
  const first = new Map<string, Addressed>();
  for (const info of host.contexts.list()) {
    const uriTemplate = info.uriTemplate ?? `${OWN_SCHEME}${info.wireName}/{+query}`;
    if (!first.has(uriTemplate)) first.set(uriTemplate, { ...info, uriTemplate });
  }
  return shownOf(host, [...first.values()]);
}

function hasPlace(uriTemplate: string): boolean {
  return uriTemplate.includes('{');
}

function about(info: ContextInfo) {
  const { wireName, description, mime } = info;
  return { name: wireName, ...titleOf(info), description, mimeType: mime };
}

function read(
  { contexts }: PluginHost,
  uri: string,
  options: ClientCallOptions,
): Promise<ContextResult> {
  const [, name, written = ''] = OWN_URI.exec(uri) ?? [];
  const own = contexts
    .list()
    .find(({ wireName, uriTemplate }) => wireName === name && uriTemplate === undefined);
  const query = own === undefined ? null : decoded(written);
  if (own === undefined || query === null) return contexts.read(uri, options);
  return contexts.get(own.fullName, query, options);
}

/** A query as it was before it stood in a URI; null: it never was one. */
function decoded(written: string): string | null {
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}

/** @throws ResourceNotFoundError: the protocol allows no answer without contents */
function contentsOf(uri: string, { parts, metadata }: ContextResult) {
  if (parts.length === 0) {
    const context = `${metadata.plugin}:${metadata.context}`;
    const message = `The context ${context} knows nothing about ${show(uri)}.`;
    throw new ResourceNotFoundError(uri, message);
  }
  return parts.map(({ text, mime, source }) => ({
    uri: source.uri ?? uri,
    mimeType: mime,
    text,
    ...(source.title !== undefined && { _meta: { [SOURCE_META]: source.title } }),
  }));
}

function readError(uri: string, error: unknown): Error {
  const { code, message } = AisopodError.from(error);
  const isMissing = code === 'CONTEXT_NOT_FOUND' || code === 'NOT_FOUND';
  return isMissing ? new ResourceNotFoundError(uri, message) : protocolError(error);
}
