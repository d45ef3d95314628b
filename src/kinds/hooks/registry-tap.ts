import { RegistrationFlag } from '../../abi/index.js';
import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { writeJson } from '../../base/json/index.js';
import type {
  Answer,
  CallRoute,
  DirectCall,
  DirectHandler,
  PluginInstance,
} from '../../instance/index.js';
import type { Entry, RegistrySnapshot } from '../../registry/index.js';
import { type FaultReports, Health } from './health.js';
import type { HookSpec } from './hook-spec.js';
import type { HookFn, Tap } from './tap.js';

/** What callbacks of plugins need from the host. */
export interface TapHost extends FaultReports {
  snapshot(): RegistrySnapshot;
  /** @throws AisopodError PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE, HOST_CLOSED: why not */
  route(pluginId: string): CallRoute;
  /** Milliseconds that a callback of a plugin may take. */
  hookMs(pluginId: string): number;
}

/** The callback that a plugin has registered. */
export function registryTap(entry: Entry, host: TapHost): Tap {
  // Only parseHookSpec() makes the specs of this kind.
  const { hook, priority, before, after } = entry.spec as HookSpec;
  const plugin = entry.plugin.id;
  const limitMs = host.hookMs(plugin);
  const tap: Mutable<Tap> = {
    hook,
    plugin,
    priority,
    before,
    after,
    origin: 'plugin',
    limitMs,
    foreign: true,
    later: (entry.flags & RegistrationFlag.INLINE) === 0,
    health: new Health(plugin, hook, host),
    fn: (payload, call) => fn(payload, call),
  };
  let instance: PluginInstance | null = null;
  let direct: DirectHandler | undefined;
  const fn: HookFn = (payload, call) => {
    const route = routeTo(entry, host);
    if (route === null) return null;
    if (route.instance !== instance) {
      instance = route.instance;
      direct = instance.direct?.(entry.token);
      tap.foreign = direct === undefined;
      // A JavaScript function may answer at once; that it answers later will be seen.
      if (direct !== undefined) tap.later = false;
    }
    return direct === undefined
      ? ask(instance, entry.token, payload, limitMs, call)
      : direct(payload, call);
  };
  return tap;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Where the plugin is called. Null: it does not listen now, since it is switched off, was unloaded
 * meanwhile, or all is coming to an end.
 */
function routeTo({ plugin: { id } }: Entry, host: TapHost): CallRoute | null {
  try {
    return host.route(id);
  } catch (error) {
    if (!AisopodError.is(error)) throw error;
    if (error.code === 'PLUGIN_DISABLED' || error.code === 'HOST_CLOSED') return null;
    if (host.snapshot().get(id) === undefined) return null;
    throw error;
  }
}

function ask(
  instance: PluginInstance,
  token: number,
  payload: unknown,
  timeoutMs: number,
  { context, signal }: DirectCall,
): unknown {
  const params = toJson(payload);
  const answer = instance.invoke(token, 'invoke', params, { timeoutMs, context, signal });
  return answer instanceof Promise ? answer.then(read) : read(answer);
}

/** The payload is none that can be said to a plugin; who fired the hook is to blame. */
export class PayloadFault extends Error {}

function toJson(payload: unknown): string {
  try {
    return payload === undefined ? 'null' : writeJson(payload);
  } catch (cause) {
    throw new PayloadFault(`the payload ${(cause as Error).message}`, { cause });
  }
}

/** @throws AisopodError what the plugin answered instead */
function read(answer: Answer): unknown {
  if (answer.ok) return JSON.parse(answer.json);
  const { code, message, details } = answer;
  throw new AisopodError(code as ErrorCode, message, { details });
}
