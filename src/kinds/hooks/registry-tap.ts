import { RegistrationFlag } from '../../abi/index.js';
import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { readJson, writeJson } from '../../base/json/index.js';
import {
  type Answer,
  type CallRoute,
  type DirectCall,
  type DirectHandler,
  type Generation,
  issuedCall,
  type PluginInstance,
} from '../../instance/index.js';
import type { Entry } from '../../registry/index.js';
import type { HookSpec } from './definition.js';
import { type FaultReports, Health } from './health.js';
import type { HookFn, Tap } from './tap.js';

/** The callback that a plugin has registered. */
export function registryTap(entry: Entry, reports: FaultReports): Tap {
  // Only hookDefinition makes the specs of this kind.
  const { hook, priority, before, after } = entry.spec as HookSpec;
  const { generation, token } = entry;
  const plugin = entry.plugin.id;
  const limitMs = generation.limits.hookMs;
  const tap: Mutable<Tap> = {
    hook,
    plugin,
    generation,
    priority,
    before,
    after,
    origin: 'plugin',
    limitMs,
    foreign: true,
    later: (entry.flags & RegistrationFlag.INLINE) === 0,
    health: new Health(plugin, hook, reports),
    fn: (payload, call) => fn(payload, call),
  };
  let instance: PluginInstance | null = null;
  let direct: DirectHandler | undefined;
  const fn: HookFn = (payload, call) => {
    const route = routeTo(generation);
    if (route === null) return null;
    if (route.instance !== instance) {
      instance = route.instance;
      direct = instance.direct?.(token);
      tap.foreign = direct === undefined;
      // A JavaScript function may answer at once; that it answers later will be seen.
      if (direct !== undefined) tap.later = false;
    }
    return direct === undefined
      ? ask(instance, token, payload, limitMs, call)
      : direct(payload, issuedCall(call));
  };
  return tap;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The route by which the plugin is called; a firing that began before the plugin ended has one still.
 * Null: the plugin is not called, since it is switched off, was unloaded meanwhile, or the host is closing.
 * @throws AisopodError why it can't be asked
 */
function routeTo(generation: Generation): CallRoute | null {
  const route = generation.reach();
  return route === null && !generation.isAway ? generation.route() : route;
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
  if (answer.ok) return readJson(answer.json);
  const { code, message, details } = answer;
  throw new AisopodError(code as ErrorCode, message, { details });
}
