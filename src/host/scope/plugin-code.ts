import { freezeDeep, type JsonObject, readJson } from '../../base/json/index.js';
import { type Generation, isIssued, type LoadRequest } from '../../instance/index.js';
import { KIND_DEFINITIONS } from '../../kinds/index.js';
import type { EmbeddedCode } from '../../loaders/embedded/index.js';
import type { JsonValue, LifecycleFunctions } from '../../plugin-api/index.js';
import { type RegisteredAll, runRegister } from '../../plugin-api/run-register.js';
import type { Subscriber } from '../../services/events/index.js';
import type { HostCore } from '../host-core.js';
import type { HostServices } from '../services.js';
import { makePluginContext } from './plugin-context.js';

/** Whose services a plugin gets, and where it logs. */
export interface CodeHost {
  readonly core: HostCore;
  readonly services: HostServices;
}

/** What the loader runs of a plugin in TypeScript: its lifecycle functions, each with what the host adds. */
export function codeOf(
  functions: LifecycleFunctions,
  request: LoadRequest,
  { core, services }: CodeHost,
  generation: Generation,
): EmbeddedCode {
  const { manifest, limits, dataDir } = request;
  const { id } = manifest.plugin;
  const { config: hostConfig, events, logger, operations } = core;
  const inside = <T>(lifecycleFunction: () => T) => operations.inside(lifecycleFunction);
  let config = parseConfig(request.config);
  let registered: RegisteredAll | undefined;
  const scope = makePluginContext(
    {
      generation,
      config: () => config,
      dataDir,
      logger,
      startSignal: request.signal(),
      acceptContext: isIssued,
      warn(cause) {
        // It may come again and again, so it is not added to the plugin's own warnings.
        const warning = generation.redactor.error(cause);
        logger.warn({ plugin: id, code: warning.code }, warning.message);
        events.emit('warning', id, warning);
      },
    },
    { ...services, config: hostConfig },
  );
  return {
    register() {
      const of = { kinds: KIND_DEFINITIONS, registrations: limits.registrations };
      registered = inside(() => runRegister(id, functions.register, of));
      return registered;
    },
    async init() {
      let ready = false;
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      for (const { pattern, fn, options } of registered?.subscriptions ?? []) {
        // The first event waits until the plugin is ready, and the others wait behind it.
        const take: Subscriber = (event) => (ready ? fn(event) : begun.then(() => fn(event)));
        scope.context.events.subscribe(pattern, take, { name: fn.name, ...options });
      }
      await inside(async () => await functions.init(scope.context));
      ready = true;
      begin();
    },
    shutdown(shutdown) {
      scope.stop();
      return inside(async () => await functions.shutdown(Object.freeze(shutdown)));
    },
    state: stateOf(functions, inside),
    pause: (limitMs) => scope.activity.pause(limitMs),
    resume: () => scope.activity.resume(),
    async configure(json) {
      const proposed = parseConfig(json);
      await inside(async () => await functions.onConfigChanged(proposed));
      config = proposed;
    },
    loggerFor: (context, call) => scope.loggerFor({ context, call }),
    release: () => scope.release(),
  };
}

/** The functions that keep its state, each within the operation that calls it. */
function stateOf(
  { state }: LifecycleFunctions,
  inside: <T>(lifecycleFunction: () => T) => T,
): EmbeddedCode['state'] {
  if (state === null) return null;
  const { format, save, restore } = state;
  return {
    format,
    save: () => inside(async () => await save()),
    restore: (value, from) => inside(async () => await restore(value as JsonValue, from)),
  };
}

function parseConfig(json: string): Readonly<JsonObject> {
  return freezeDeep(readJson(json));
}
