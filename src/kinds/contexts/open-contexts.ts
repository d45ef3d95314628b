import { AisopodError } from '../../base/errors/index.js';
import { isObject } from '../../base/json/index.js';
import { lazily } from '../../base/lazily.js';
import { asPartOf, makerOf, type RequestHandler, withinCall } from '../../instance/index.js';
import {
  type Dispatcher,
  type Entry,
  type KindHost,
  type KindPart,
  type RegistrySnapshot,
  SnapshotView,
} from '../../registry/index.js';
import type { ContextInfo, Contexts } from './contexts.js';
import type { ContextSpec } from './definition.js';
import type { PluginContexts } from './plugin-contexts.js';

// Few hosts ask contexts.
const loadAsk = lazily(() => import('./ask-context.js'));

/** Serves contexts in a host. */
export function openContexts({ dispatcher }: KindHost): KindPart<Contexts, PluginContexts> {
  const service = contextsOf(dispatcher);
  return {
    service,
    requests: { 'context.get': getFor(service) },
    forPlugin: ({ generation, assertOpen, given }) =>
      Object.freeze({
        list: () => service.list(),
        async get(name, query, options) {
          assertOpen();
          const asked = given('contexts.get()', options);
          return service.get(name, query, asPartOf(name, generation, asked));
        },
      } satisfies PluginContexts),
  };
}

function contextsOf(dispatcher: Dispatcher): Contexts {
  const infos = new SnapshotView(dispatcher, (snapshot) =>
    Object.freeze(snapshot.list('context').map((entry) => infoOf(entry, snapshot))),
  );
  return Object.freeze({
    list: () => infos.current,
    async get(name, query = '', options = {}) {
      const { askContext } = await loadAsk();
      return askContext(dispatcher, { name, query, options });
    },
    async read(uri, options = {}) {
      const { askContext, findByUri } = await loadAsk();
      return askContext(dispatcher, { ...findByUri(dispatcher, uri), options });
    },
  } satisfies Contexts);
}

function infoOf(entry: Entry, snapshot: RegistrySnapshot): ContextInfo {
  // Only contextDefinition makes the specs of this kind.
  const { title, description, uriTemplate, mime } = entry.spec as ContextSpec;
  return Object.freeze({
    plugin: entry.plugin.id,
    name: entry.name,
    fullName: entry.fullName,
    wireName: snapshot.wireName(entry),
    ...(title !== undefined && { title }),
    description,
    ...(uriTemplate !== undefined && { uriTemplate }),
    mime,
  });
}

/** The request `context.get` {name, query}; the response is what every caller receives. */
function getFor(contexts: Contexts): RequestHandler {
  return (params, info) => {
    const { name, query } = isObject(params) ? params : {};
    if (typeof name !== 'string') {
      throw new AisopodError(
        'INVALID',
        'The parameters of context.get are {"name": "plugin-id:context", "query": "..."}.',
      );
    }
    return contexts.get(name, query as string | undefined, {
      context: withinCall(info.context, name, makerOf(info), info),
      signal: info.signal,
      timeoutMs: Math.max(1, info.timeoutMs),
    });
  };
}
