import { freezeDeep } from '../base/json/index.js';
import type { Logger } from '../base/logging/index.js';
import type { JsonObject } from '../base/toml/index.js';
import type { LoadRequest } from '../instance/index.js';
import type { EmbeddedCode } from '../loaders/embedded/index.js';
import { type LifecycleFunctions, type RegisteredAll, runRegister } from '../plugin-api/index.js';
import type { Subscriber } from '../services/events/index.js';
import type { HostEvents } from './events.js';
import { type ContextHost, makePluginContext } from './plugin-context.js';
import type { PluginRecord } from './plugin-record.js';

/** Whose services a plugin gets, and where it logs. */
export interface CodeHost {
  readonly host: ContextHost;
  readonly logger: Logger;
  readonly events: HostEvents;
  /** Runs a lifecycle function. */
  readonly inside: <T>(lifecycleFunction: () => T) => T;
}

/** What the loader runs of a plugin in TypeScript: its lifecycle functions, each with what the host adds. */
export function codeOf(
  functions: LifecycleFunctions,
  request: LoadRequest,
  { host, logger, events, inside }: CodeHost,
  record: PluginRecord,
): EmbeddedCode {
  const { manifest, kinds, limits, dataDir } = request;
  const { id } = manifest.plugin;
  let config = parseConfig(request.config);
  let registered: RegisteredAll | undefined;
  const scope = makePluginContext(
    {
      id,
      config: () => config,
      dataDir,
      limits,
      logger,
      redactor: record.redactor,
      warn(cause) {
        // It may come again and again, so it is not added to the plugin's own warnings.
        const warning = record.redactor.error(cause);
        logger.warn({ plugin: id, code: warning.code }, warning.message);
        events.emit('warning', id, warning);
      },
      serves: () => record.phase === 'active' || record.phase === 'stuck',
    },
    host,
  );
  return {
    register() {
      const of = { kinds, registrations: limits.registrations };
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
    async configure(json) {
      const proposed = parseConfig(json);
      await inside(async () => await functions.onConfigChanged(proposed));
      config = proposed;
    },
    loggerFor: (context, call) => scope.loggerFor({ context, call }),
    release: () => scope.release(),
  };
}

function parseConfig(json: string): Readonly<JsonObject> {
  return freezeDeep(JSON.parse(json));
}
