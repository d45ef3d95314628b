import { AisopodError } from '../../base/errors/index.js';
import { checkSignal, readMembers } from '../../base/json/index.js';
import { show } from '../../base/text/index.js';
import { isPluginId } from '../../home/plugin-id.js';
import { type Generation, issuedCall, withoutSecrets } from '../../instance/index.js';
import {
  type Dispatcher,
  type Entry,
  type RegistrySnapshot,
  SnapshotView,
} from '../../registry/index.js';
import type { Run } from './compile.js';
import { type CompiledHooks, compileHooks, type PayloadProblems } from './compiled-hooks.js';
import { DEFAULT_PRIORITY } from './definition.js';
import { type Collected, emptyResult } from './firing.js';
import { type FaultReports, Health } from './health.js';
import { findHook, hookNamed } from './hook-names.js';
import { HOOK_POINTS, HOOKS } from './hook-points.js';
import type { AnyHookName, ChainPayload, HookPayload, HookResult } from './hook-spelling.js';
import type { HookName, HookOfMode } from './hook-types.js';
import type { HookInvokeOptions, HookOptions, Hooks, PluginHooks } from './hooks.js';
import { type HookListener, listenersOf } from './listener.js';
import { type HookMonitor, Monitors } from './monitor.js';
import { Nesting } from './nesting.js';
import { cycleError, type Ordering, orderTaps } from './order.js';
import { registryTap } from './registry-tap.js';
import type { HookFn, Tap } from './tap.js';
import type { HookWrapper, Wrapper } from './wrapper.js';

/** What the hooks need from the host. */
export interface HooksHost extends FaultReports {
  readonly dispatcher: Dispatcher;
  /** Milliseconds that a callback may take that is listed under an id, or by the embedder. */
  hookMs(pluginId: string): number;
  /** Tells of a fault that stays with a plugin. */
  keepWarning(plugin: string, warning: AisopodError): void;
  /** What the host knows of payloads beyond their being objects. */
  readonly payloadProblems: PayloadProblems;
}

const EMBEDDER = 'embedder';

const HOOK_OPTIONS = ['priority', 'before', 'after', 'plugin'] as const;

/** What one snapshot of the registry, and of what the embedder registered, comes to. */
interface Compiled {
  readonly hooks: CompiledHooks;
  readonly orders: ReadonlyMap<HookName, Ordering<Tap>>;
}

/** What is behind `host.hooks`. */
export class HooksService implements Hooks {
  readonly #host: HooksHost;
  readonly #nesting = new Nesting();
  readonly #monitors = new Monitors();
  /** Callbacks of plugins; how they do is kept beyond a snapshot. */
  readonly #taps = new WeakMap<Entry, Tap>();
  readonly #reported = new Set<string>();
  #own: readonly Tap[] = [];
  #wrappers: readonly Wrapper[] = [];
  readonly #compiled: SnapshotView<Compiled>;
  /** Circles to be reported: the receiver may read the hooks, so they have to be compiled by then. */
  readonly #circles: (readonly [HookName, readonly string[]])[] = [];
  readonly #collected = new Map<HookName, readonly Collected[]>();

  constructor(host: HooksHost) {
    this.#host = host;
    this.#compiled = new SnapshotView(host.dispatcher, (snapshot) => this.#compile(snapshot));
  }

  get current(): CompiledHooks {
    return this.#current().hooks;
  }

  register(name: string, fn: HookFn, options: HookOptions = {}): () => void {
    return this.#register(name, fn, options, null);
  }

  #register(
    name: string,
    fn: HookFn,
    given: HookOptions,
    generation: Generation | null,
  ): () => void {
    const options = readMembers('hooks.register()', given, HOOK_OPTIONS);
    const hook = hookNamed(name);
    if (typeof fn !== 'function') throw usage('fn', 'The callback of a hook must be a function.');
    const { priority = DEFAULT_PRIORITY, plugin = EMBEDDER } = options;
    if (!Number.isSafeInteger(priority)) {
      throw usage('priority', `The priority is ${String(priority)}; it must be an integer.`);
    }
    checkId('plugin', plugin);
    const tap: Tap = {
      hook,
      plugin,
      generation,
      priority,
      before: idsOf('before', options.before),
      after: idsOf('after', options.after),
      origin: 'embedder',
      fn,
      limitMs: generation?.limits.hookMs ?? this.#host.hookMs(plugin),
      foreign: false,
      later: false,
      health: new Health(plugin, hook, this.#host),
    };
    const circle = orderTaps([...this.#tapsOf(hook), tap]).cycles.find((plugins) =>
      plugins.includes(plugin),
    );
    if (circle !== undefined) throw cycleError(hook, circle);
    this.#own = [...this.#own, tap];
    this.#changed();
    return () => {
      this.#own = this.#own.filter((each) => each !== tap);
      this.#changed();
    };
  }

  wrap(name: string, fn: HookWrapper): () => void {
    const hook = hookNamed(name);
    if (typeof fn !== 'function') throw usage('fn', 'A wrapper must be a function.');
    const health = new Health(EMBEDDER, hook, this.#host);
    const limitMs = this.#host.hookMs(EMBEDDER);
    const wrapper: Wrapper = { hook, plugin: EMBEDDER, fn, limitMs, later: false, health };
    this.#wrappers = [...this.#wrappers, wrapper];
    this.#changed();
    return () => {
      this.#wrappers = this.#wrappers.filter((each) => each !== wrapper);
      this.#changed();
    };
  }

  monitor(fn: HookMonitor): () => void {
    if (typeof fn !== 'function') throw usage('fn', 'A monitor must be a function.');
    this.#monitors.add(fn);
    this.#changed();
    return () => {
      this.#monitors.remove(fn);
      this.#changed();
    };
  }

  async invoke<S extends AnyHookName>(
    name: S,
    payload: HookPayload<S>,
    options?: HookInvokeOptions,
  ): Promise<HookResult<S>> {
    // The schema of the hook says what plugins answer; the mode alone is checked.
    return (await this.#fire(hookNamed(name), payload, options)) as HookResult<S>;
  }

  async invokeChain<S extends AnyHookName>(
    name: S,
    data: ChainPayload<S>,
    options?: HookInvokeOptions,
  ): Promise<HookResult<S>> {
    const hook = hookNamed(name);
    const { mode } = HOOK_POINTS[hook];
    if (mode !== 'transform') {
      throw usage('name', `${hook} is not a chain, since its mode is ${mode}; use invoke().`);
    }
    return (await this.#fire(hook, data, options)) as HookResult<S>;
  }

  async collect<N extends HookOfMode<'collect'>>(
    name: N,
    payload: HookPayload<N>,
  ): Promise<readonly Collected[]> {
    const collected = Object.freeze((await this.#fire(name, payload)) as readonly Collected[]);
    this.#collected.set(name, collected);
    return collected;
  }

  collected(name: string): readonly Collected[] {
    return this.#collected.get(hookNamed(name)) ?? [];
  }

  /** The hooks as a plugin has them in its context. */
  of(generation: Generation): PluginHooks & Pick<HooksService, 'register'> {
    const { plugin: id } = generation;
    return Object.freeze({
      invoke: this.invoke.bind(this),
      invokeChain: this.invokeChain.bind(this),
      list: () => this.list().filter(({ plugin }) => plugin === id),
      register: (name: string, fn: HookFn, given: HookOptions = {}) => {
        const options = readMembers('hooks.register()', given, HOOK_OPTIONS);
        const own = { ...options, plugin: id };
        return this.#register(name, this.#whileServing(fn, generation, name), own, generation);
      },
    });
  }

  list(name?: string): readonly HookListener[] {
    const { orders } = this.#current();
    const names = name === undefined ? HOOKS.map((hook) => hook.name) : [hookNamed(name)];
    return names.flatMap((hook) => listenersOf(orders.get(hook)?.taps ?? []));
  }

  async #fire(hook: HookName, payload: unknown, options: HookInvokeOptions = {}): Promise<unknown> {
    const { context, signal } = readMembers(hook, options, ['context', 'signal']);
    checkSignal(hook, signal);
    if (signal?.aborted === true) throw cancelled(hook, signal);
    const fire = this.current[hook] as Run | null;
    if (fire === null) return emptyResult(HOOK_POINTS[hook].mode, payload);
    return await fire(payload, { context, signal });
  }

  /**
   * A plugin that is switched off listens to nothing. While it is being reloaded, its callback waits; what it
   * registers then under that hook, and in that place, is asked.
   */
  #whileServing(fn: HookFn, generation: Generation, name: string): HookFn {
    if (typeof fn !== 'function') return fn; // register() says what is wrong
    const run = withoutSecrets(generation.redactor, fn);
    const place = this.#ownOf(generation, name).length;
    const ask: HookFn = (payload, call) => {
      const waits =
        generation.current === null ? generation.partWaits(`hook ${name}`, call.context) : null;
      if (waits !== null) return waits.then(() => ask(payload, call));
      if (generation.serves()) return run(payload, issuedCall(call));
      if (generation.isOff) return null;
      const serving = this.#own.find(
        (tap) => tap.generation?.plugin === generation.plugin && tap.generation.current !== null,
      )?.generation;
      return serving ? this.#ownOf(serving, name)[place]?.fn(payload, call) : null;
    };
    return ask;
  }

  /** What a plugin in TypeScript has registered while it runs, under one hook. */
  #ownOf(generation: Generation, name: string): readonly Tap[] {
    const hook = findHook(name);
    return this.#own.filter((tap) => tap.generation === generation && tap.hook === hook);
  }

  #changed(): void {
    this.#compiled.renew();
    this.#host.dispatcher.epoch.advance();
  }

  #current(): Compiled {
    const compiled = this.#compiled.current;
    if (this.#circles.length > 0) this.#tellCircles();
    return compiled;
  }

  #tellCircles(): void {
    for (const [hook, plugins] of this.#circles.splice(0)) this.#tellCycle(hook, plugins);
  }

  #compile(snapshot: RegistrySnapshot): Compiled {
    const orders = new Map<HookName, Ordering<Tap>>();
    for (const [hook, taps] of this.#allTaps(snapshot)) orders.set(hook, orderTaps(taps));
    const hooks = compileHooks({
      tapsOf: (hook) => orders.get(hook)?.taps ?? [],
      wrappers: this.#wrappers,
      nesting: this.#nesting,
      monitors: this.#monitors,
      payloadProblems: this.#host.payloadProblems,
    });
    for (const [hook, { cycles }] of orders) {
      for (const plugins of cycles) this.#circles.push([hook, plugins]);
    }
    return { hooks, orders };
  }

  #allTaps(snapshot: RegistrySnapshot): Map<HookName, Tap[]> {
    const taps = new Map<HookName, Tap[]>();
    const add = (tap: Tap) => {
      const those = taps.get(tap.hook);
      if (those) those.push(tap);
      else taps.set(tap.hook, [tap]);
    };
    for (const entry of snapshot.list('hook')) {
      let tap = this.#taps.get(entry);
      if (tap === undefined) {
        tap = registryTap(entry, this.#host, this.#host.dispatcher);
        this.#taps.set(entry, tap);
      }
      add(tap);
    }
    this.#own.forEach(add);
    return taps;
  }

  #tapsOf(hook: HookName): readonly Tap[] {
    return this.#allTaps(this.#host.dispatcher.snapshot).get(hook) ?? [];
  }

  /** Once for each circle. */
  #tellCycle(hook: HookName, plugins: readonly string[]): void {
    const key = `${hook} ${plugins.join(' ')}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    const error = cycleError(hook, plugins);
    for (const plugin of plugins) this.#host.keepWarning(plugin, error);
  }
}

function cancelled(hook: HookName, { reason }: AbortSignal): AisopodError {
  return new AisopodError('CALL_CANCELLED', `${hook} was cancelled before it was fired.`, {
    details: { hook },
    cause: reason,
  });
}

function idsOf(option: string, given: string | readonly string[] | undefined): readonly string[] {
  const ids = given === undefined ? [] : typeof given === 'string' ? [given] : [...given];
  for (const id of ids) checkId(option, id);
  return Object.freeze(ids);
}

function checkId(option: string, id: unknown): void {
  if (id === EMBEDDER || (typeof id === 'string' && isPluginId(id))) return;
  throw usage(option, `"${option}" is ${show(id)}; it must be the id of a plugin.`);
}

function usage(option: string, message: string): AisopodError {
  return new AisopodError('USAGE', message, { details: { option } });
}
