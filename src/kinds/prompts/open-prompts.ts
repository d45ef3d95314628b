import { AisopodError } from '../../base/errors/index.js';
import { isObject, readMembers } from '../../base/json/index.js';
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
import type { PromptSpec } from './definition.js';
import type { PluginPrompts } from './plugin-prompts.js';
import type { PromptInfo, Prompts } from './prompts.js';

// Few hosts render prompts.
const loadRender = lazily(() => import('./render.js'));

/** Serves prompts in a host. */
export function openPrompts({ dispatcher }: KindHost): KindPart<Prompts, PluginPrompts> {
  const service = promptsOf(dispatcher);
  return {
    service,
    requests: { 'prompt.render': renderFor(service) },
    forPlugin: ({ generation, assertOpen, given }) =>
      Object.freeze({
        list: () => service.list(),
        get: (name) => service.get(name),
        async render(name, args, options) {
          assertOpen();
          const asked = given('prompts.render()', options);
          return service.render(name, args, asPartOf(name, generation, asked));
        },
      } satisfies PluginPrompts),
  };
}

function promptsOf(dispatcher: Dispatcher): Prompts {
  const infos = new SnapshotView(dispatcher, (snapshot) =>
    Object.freeze(snapshot.list('prompt').map((entry) => infoOf(entry, snapshot))),
  );
  return Object.freeze({
    list: () => infos.current,
    get(name) {
      const { snapshot } = dispatcher;
      const entry = snapshot.resolve('prompt', name);
      return entry && infoOf(entry, snapshot);
    },
    async render(name, args = {}, options = {}) {
      // Their caller may change them while the module is loaded.
      const given = isObject(args)
        ? readMembers('prompts.render()', args, Object.keys(args))
        : args;
      const { renderPrompt } = await loadRender();
      return renderPrompt(dispatcher, { name, args: given, options });
    },
    async complete(name, argument, value, options = {}) {
      const { completeArgument } = await loadRender();
      return completeArgument(dispatcher, { name, argument, value, options });
    },
  } satisfies Prompts);
}

function infoOf(entry: Entry, snapshot: RegistrySnapshot): PromptInfo {
  // Only promptDefinition makes the specs of this kind.
  const { title, description, arguments: args } = entry.spec as PromptSpec;
  return Object.freeze({
    plugin: entry.plugin.id,
    name: entry.name,
    fullName: entry.fullName,
    wireName: snapshot.wireName(entry),
    ...(title !== undefined && { title }),
    description,
    arguments: args,
  });
}

/** The request `prompt.render` {name, arguments}; the response is what every caller receives. */
function renderFor(prompts: Prompts): RequestHandler {
  return (params, info) => {
    const { name, arguments: args = {} } = isObject(params) ? params : {};
    if (typeof name !== 'string') {
      throw new AisopodError(
        'INVALID',
        'The parameters of prompt.render are {"name": "plugin-id:prompt", "arguments": {...}}.',
      );
    }
    return prompts.render(name, args as Record<string, string>, {
      context: withinCall(info.context, name, makerOf(info), info),
      signal: info.signal,
      timeoutMs: Math.max(1, info.timeoutMs),
    });
  };
}
