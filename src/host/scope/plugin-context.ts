import { AisopodError } from '../../base/errors/index.js';
import { freezeDeep, type JsonObject } from '../../base/json/index.js';
import type { Logger, PluginLogger } from '../../base/logging/index.js';
import type { Config } from '../../config/index.js';
import {
  type AcceptContext,
  type CallContext,
  contextCheck,
  type Generation,
  type PluginScope,
} from '../../instance/index.js';
import { type Kinds, kindsFor } from '../../kinds/index.js';
import type { PluginContext } from '../../plugin-api/index.js';
import type { EventBusService, PluginEventBus, Subscriber } from '../../services/events/index.js';
import type { StorageService } from '../../services/storage/index.js';
import { contextLogger, type LogParent } from '../plugin-logger.js';
import { PluginActivity } from './plugin-activity.js';
import { PluginResources } from './plugin-resources.js';
import { timersOf } from './plugin-timers.js';

/** The services that contexts are made of: those of a PluginHost. */
export interface ContextHost {
  readonly config: Config;
  readonly storage: StorageService;
  readonly bus: EventBusService;
  readonly kinds: Kinds;
}

/** Whose context it is, and what of it was read for this plugin alone. */
export interface ContextOwner {
  /** Whose services it gets: what it holds ends with that. */
  readonly generation: Generation;
  /** Its configuration as it is now; frozen. */
  config(): Readonly<JsonObject>;
  readonly dataDir: string;
  readonly logger: Logger;
  /** Aborted when its start is no longer wanted. */
  readonly startSignal?: AbortSignal | undefined;
  /** The contexts that it may pass on to the services. */
  readonly acceptContext: AcceptContext;
  /** A fault of the plugin that stops nothing. */
  warn(warning: AisopodError): void;
}

/** A context, and how it comes to its end. */
export interface ContextScope {
  readonly context: PluginContext;
  /** Its event and timer functions. */
  readonly activity: PluginActivity;
  /** A logger whose lines belong to a call. */
  loggerFor(parent: LogParent): PluginLogger;
  /** The shutdown begins: no timer or event function begins, and the plugin can hold nothing more. */
  stop(): void;
  /** The plugin has ended: none of the services does anything any more. */
  release(): void;
}

/** What one plugin receives in init(). Each service is bound to the plugin. */
export function makePluginContext(owner: ContextOwner, host: ContextHost): ContextScope {
  const { generation, dataDir, logger, acceptContext } = owner;
  const { plugin: id, limits, redactor } = generation;
  const held = new PluginResources(id);
  const activity = new PluginActivity();
  const { signal, abort } = endSignal(id, owner.startSignal);
  const { check, given } = contextCheck(acceptContext);
  const scope: PluginScope = {
    generation,
    given,
    assertOpen: () => held.assertOpen(),
    hold: (take) => held.hold(take),
  };
  const loggerFor = (parent?: LogParent) =>
    contextLogger(id, logger, redactor, limits.logLineBytes, parent);
  const storageFor = (tenant?: string) =>
    host.storage.of(id, tenant, {
      assertOpen: () => held.assertOpen(),
      checkContext: (context) => check('The storage', context),
    });
  const { strict, features, paths, registryUrl } = host.config;
  const context: PluginContext = Object.freeze({
    ...kindsFor(scope, host.kinds),
    id,
    get config() {
      return owner.config();
    },
    globalConfig: freezeDeep(structuredClone({ strict, features, paths, registryUrl })),
    signal,
    dataDir,
    logger: loggerFor(),
    loggerFor: (given: CallContext) => loggerFor({ context: check('loggerFor()', given), call: 0 }),
    setTimeout: timersOf(id, held, activity, owner.warn),
    storage: storageFor(),
    storageFor: (given: CallContext) => storageFor(check('storageFor()', given).tenant),
    events: eventsFor(scope, host.bus, activity),
  });
  const stop = () => {
    abort();
    activity.stop();
    held.stop();
  };
  const release = () => {
    abort();
    activity.stop();
    held.end();
  };
  return { context, activity, loggerFor, stop, release };
}

/** The signal of a plugin, which the abort of its start aborts too. */
function endSignal(id: string, startSignal: AbortSignal | undefined) {
  const controller = new AbortController();
  const fromStart = () => controller.abort(startSignal?.reason);
  startSignal?.addEventListener('abort', fromStart, { once: true });
  if (startSignal?.aborted === true) fromStart();
  return {
    signal: controller.signal,
    abort() {
      startSignal?.removeEventListener('abort', fromStart);
      controller.abort(new AisopodError('STATE', `Plugin ${id} shuts down.`));
    },
  };
}

function eventsFor(
  { generation, assertOpen, hold, given }: PluginScope,
  events: EventBusService,
  activity: PluginActivity,
): PluginEventBus {
  const bus = events.of(generation);
  return Object.freeze({
    publish(topic, data, options) {
      assertOpen();
      bus.publish(topic, data, given('events.publish()', options));
    },
    subscribe(pattern, fn, options) {
      // The bus says what is wrong with something else than a function.
      const take = typeof fn === 'function' ? inTurn(fn, activity) : fn;
      return hold(() => bus.subscribe(pattern, take, options));
    },
  } satisfies PluginEventBus);
}

/** An event function that keeps to the pauses of its plugin, under the same name. */
function inTurn(fn: Subscriber, activity: PluginActivity): Subscriber {
  const take: Subscriber = (event) => activity.run(() => fn(event));
  return Object.defineProperty(take, 'name', { value: fn.name });
}
