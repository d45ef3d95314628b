import { RegistrationFlag } from '../../abi/index.js';
import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { readJson, writeJson } from '../../base/json/index.js';
import {
  type Answer,
  type DirectCall,
  type DirectHandler,
  issuedCall,
  type PluginInstance,
} from '../../instance/index.js';
import type { Dispatcher, Entry } from '../../registry/index.js';
import { withDeadline } from './deadline.js';
import type { HookSpec } from './definition.js';
import { type FaultReports, Health } from './health.js';
import type { HookFn, Tap } from './tap.js';

/** The callback that a plugin has registered. */
export function registryTap(entry: Entry, reports: FaultReports, dispatcher: Dispatcher): Tap {
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
    const route = generation.current;
    if (route === null) return askOtherwise(entry, dispatcher, payload, call);
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
 * Asks a callback whose generation takes no new calls. Work that began before is served by it still; while it
 * is being reloaded, the callback waits, and the one that takes its place is asked.
 * @returns null: it is not asked, since its plugin is switched off, was unloaded, or registers it no more
 * @throws AisopodError why it can't be asked
 */
function askOtherwise(
  entry: Entry,
  dispatcher: Dispatcher,
  payload: unknown,
  call: DirectCall,
): unknown {
  const { generation } = entry;
  const waits = generation.partWaits(`hook ${entry.name}`, call.context);
  if (waits !== null) return askAfter(waits, entry, dispatcher, payload, call);
  const { hookMs } = generation.limits;
  const route = generation.reach();
  if (route !== null) return askEntry(entry, route.instance, payload, hookMs, call);
  if (!generation.isAway) generation.route();
  const successor = dispatcher.snapshot.successorOf(entry);
  const instance = successor?.generation.current?.instance;
  if (successor === undefined || successor === entry || instance === undefined) return null;
  return askEntry(successor, instance, payload, hookMs, call);
}

/** The callback may take as long as always for the wait and its answer together. */
async function askAfter(
  waits: Promise<void>,
  entry: Entry,
  dispatcher: Dispatcher,
  payload: unknown,
  call: DirectCall,
): Promise<unknown> {
  const { hookMs } = entry.generation.limits;
  const endsAt = performance.now() + hookMs;
  await withDeadline(waits, hookMs, call.signal, null);
  entry.generation.assertFollowed();
  const successor = dispatcher.snapshot.successorOf(entry);
  if (successor === undefined) return null;
  const instance = successor.generation.current?.instance;
  if (instance === undefined) return askOtherwise(successor, dispatcher, payload, call);
  const restMs = Math.max(1, endsAt - performance.now());
  return askEntry(successor, instance, payload, restMs, call);
}

function askEntry(
  { token }: Entry,
  instance: PluginInstance,
  payload: unknown,
  timeoutMs: number,
  call: DirectCall,
): unknown {
  const direct = instance.direct?.(token);
  return direct === undefined
    ? ask(instance, token, payload, timeoutMs, call)
    : direct(payload, issuedCall(call));
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
