import { type RawRegistration, Status } from '../../abi/index.js';
import { AisopodError, type ErrorCode } from '../../base/errors/index.js';
import { readJson } from '../../base/json/index.js';
import type { PluginLogger } from '../../base/logging/index.js';
import { settledWithin } from '../../base/time/index.js';
import type { Limits } from '../../config/index.js';
import {
  type Answer,
  type CallContext,
  type DirectHandler,
  type InstanceEvents,
  type InstanceTimings,
  type InvokeOptions,
  LifecycleOrder,
  lostCall,
  type PluginInstance,
  type SavedState,
  type ShutdownReason,
} from '../../instance/index.js';
import { bytesOf, textOf } from './answer.js';
import { type CallOwner, EmbeddedCall } from './embedded-call.js';
import type { EmbeddedCode, RegisteredHandler } from './embedded-code.js';
import { lifecycleFailure } from './lifecycle-failure.js';
import { ReloadFunctions } from './reload-functions.js';

export interface EmbeddedSetup {
  readonly plugin: string;
  readonly version: string;
  readonly code: EmbeddedCode;
  readonly limits: Limits;
  readonly events: InstanceEvents;
}

/** A plugin in JavaScript: its handlers run on the event loop of the host, side by side. */
export class EmbeddedInstance implements PluginInstance, CallOwner {
  readonly plugin: string;
  readonly limits: Limits;
  readonly timings: InstanceTimings = {};
  readonly warnings: AisopodError[] = [];
  readonly #code: EmbeddedCode;
  readonly #events: InstanceEvents;
  readonly #order: LifecycleOrder;
  readonly #reload: ReloadFunctions;
  #handlers: ReadonlyMap<number, RegisteredHandler> = new Map();
  /** Calls whose callers still wait. */
  readonly #open = new Set<EmbeddedCall>();
  /** Handlers that have not returned, and how many of them overstay their deadline. */
  #running = 0;
  #overstaying = 0;
  /** Calls whose handlers run, though their callers have left. */
  readonly #left = new Set<EmbeddedCall>();
  /** Resolve when there are none. */
  #leftEnded: (() => void)[] = [];
  /** Calls that have asked for their logger. */
  #logged = 0;
  /** Resolve when no caller waits. */
  #idle: (() => void)[] = [];
  #initialised = false;
  /** The newest proposal, however it came out. */
  #configuring: Promise<unknown> = Promise.resolve();
  #closing: Promise<AisopodError | null> | null = null;
  /** A lifecycle function has not settled within its limit. */
  #overdue: AisopodError | null = null;

  constructor({ plugin, version, code, limits, events }: EmbeddedSetup) {
    this.plugin = plugin;
    this.limits = limits;
    this.#code = code;
    this.#events = events;
    this.#order = new LifecycleOrder(plugin);
    this.#reload = new ReloadFunctions({ plugin, version, limits, code });
  }

  get inFlight(): number {
    return this.#open.size;
  }

  register(): Promise<readonly RawRegistration[]> {
    return this.#order.run('register', () => this.#register());
  }

  restoreState(state: SavedState): Promise<void> {
    return this.#order.run('restoreState', () => this.#restore(state));
  }

  init(): Promise<void> {
    return this.#order.run('init', () => this.#init());
  }

  async configure(
    config: string,
    late: (refusal: AisopodError | null) => void = () => {},
  ): Promise<void> {
    if (!this.#initialised || this.#closing !== null) throw this.#notActive();
    const { configureMs } = this.limits;
    const proposal = this.#configuring.then(() => this.#propose(config));
    this.#configuring = proposal.catch(() => {});
    if (await settledWithin(proposal, configureMs)) return;
    proposal.then(() => late(null), late);
    throw new AisopodError(
      'LIFECYCLE_TIMEOUT',
      `plugin ${this.plugin}: onConfigChanged() has not returned after ${configureMs} ms; until it ` +
        'does, the configuration before is in force',
      { details: { plugin: this.plugin } },
    );
  }

  invoke(
    registration: number,
    method: string,
    params: string,
    options: InvokeOptions,
  ): Answer | Promise<Answer> {
    if (!this.#initialised || this.#closing !== null) throw this.#notActive();
    const registered = this.#handlers.get(registration);
    if (registered === undefined) {
      throw lostCall(this.plugin, Status.GONE, 'the call names a registration that does not exist');
    }
    if (options.signal?.aborted === true) {
      throw lostCall(this.plugin, Status.CANCELLED, 'the caller cancelled the call');
    }
    this.#refuseFull();
    this.#refuseLarge(params);
    const { name, methods } = registered;
    const handler = methods.get(method);
    if (handler === undefined) {
      const message = `${registered.kind} ${name} has no handler for "${method}"`;
      return { ok: false, code: 'UNSUPPORTED', message };
    }
    const call = new EmbeddedCall(this, name, method, options);
    this.#running += 1;
    let returned: unknown;
    try {
      returned = handler(readJson<never>(params), call);
    } catch (error) {
      return call.thrown(error);
    }
    const answer = call.take(returned);
    if (answer instanceof Promise) this.#open.add(call);
    return answer;
  }

  direct(registration: number): DirectHandler | undefined {
    const { kind, methods } = this.#handlers.get(registration) ?? {};
    // What has more to say than its result needs a call to say it with.
    if (kind !== 'hook' && kind !== 'middleware') return undefined;
    return methods?.get('invoke') as DirectHandler | undefined;
  }

  async drained(limitMs: number): Promise<boolean> {
    if (this.#open.size === 0 || limitMs <= 0) return this.#open.size === 0;
    return settledWithin(new Promise<void>((resolve) => this.#idle.push(resolve)), limitMs);
  }

  async pause(limitMs: number): Promise<void> {
    this.#order.requireServing('pause');
    await this.#reload.pause(limitMs, (restMs) => this.#handlersLeft(restMs));
  }

  resume(): void {
    if (this.#closing === null) this.#code.resume();
  }

  async saveState(): Promise<SavedState | null> {
    this.#order.requireServing('saveState');
    const begun = performance.now();
    try {
      return await this.#reload.save();
    } finally {
      this.timings.save = performance.now() - begun;
    }
  }

  shutdown(drainMs: number, reason: ShutdownReason): Promise<AisopodError | null> {
    this.#closing ??= this.#close(drainMs, reason);
    return this.#closing;
  }

  loggerFor(context: CallContext): PluginLogger {
    this.#logged += 1;
    return this.#code.loggerFor(context, this.#logged);
  }

  settled(call: EmbeddedCall): void {
    this.#open.delete(call);
    if (call.isRunning) this.#left.add(call);
    if (this.#open.size === 0) for (const idle of this.#idle.splice(0)) idle();
  }

  returned(call: EmbeddedCall): void {
    this.#running -= 1;
    this.#left.delete(call);
    if (this.#left.size === 0) for (const ended of this.#leftEnded.splice(0)) ended();
  }

  overstays(call: EmbeddedCall, yes: boolean): void {
    this.#overstaying += yes ? 1 : -1;
    if (this.#closing === null) this.#events.stuck(yes ? call.name : null);
  }

  /** Whether the handlers whose callers have left return in time. */
  async #handlersLeft(limitMs: number): Promise<boolean> {
    if (this.#left.size === 0 || limitMs <= 0) return this.#left.size === 0;
    return settledWithin(new Promise<void>((resolve) => this.#leftEnded.push(resolve)), limitMs);
  }

  async #register(): Promise<readonly RawRegistration[]> {
    const begun = performance.now();
    try {
      const { registrations, handlers, warnings } = this.#code.register();
      this.#handlers = handlers;
      this.warnings.push(...warnings);
      this.#refuseLate('register', begun, this.limits.registerMs);
      return registrations;
    } catch (error) {
      throw this.#failed('REGISTER_FAILED', 'register()', error);
    } finally {
      this.timings.register = performance.now() - begun;
    }
  }

  async #restore(state: SavedState): Promise<void> {
    const begun = performance.now();
    try {
      await this.#reload.restore(state);
    } catch (error) {
      if (AisopodError.is(error) && error.code === 'LIFECYCLE_TIMEOUT') this.#overdue = error;
      throw error;
    } finally {
      this.timings.restore = performance.now() - begun;
    }
  }

  async #init(): Promise<void> {
    const begun = performance.now();
    try {
      const work = Promise.resolve(this.#code.init());
      if (!(await settledWithin(work, this.limits.initMs))) {
        this.#overdue = this.#timeout('init', this.limits.initMs);
        // Should it settle after all, what it began is ended.
        work.then(
          () => this.#shutDown('undo'),
          () => {},
        );
        throw this.#overdue;
      }
      this.#initialised = true;
    } catch (error) {
      throw this.#failed('INIT_FAILED', 'init()', error);
    } finally {
      this.timings.init = performance.now() - begun;
    }
  }

  async #close(drainMs: number, reason: ShutdownReason): Promise<AisopodError | null> {
    this.#order.end();
    await this.drained(drainMs);
    for (const call of this.#open) call.lose(Status.STATE, 'the plugin is shutting down');
    if (this.#initialised) this.#overdue = await this.#shutDown(reason);
    this.#code.release();
    return this.#overdue;
  }

  /** @returns LIFECYCLE_TIMEOUT, or null when it has ended, if only by throwing */
  async #shutDown(reason: ShutdownReason): Promise<AisopodError | null> {
    const begun = performance.now();
    const { shutdownMs } = this.limits;
    try {
      const work = Promise.resolve(this.#code.shutdown({ reason, timeoutMs: shutdownMs }));
      if (await settledWithin(work, shutdownMs)) return null;
      work.catch(() => {}); // it was given up
      return this.#timeout('shutdown', shutdownMs);
    } catch (error) {
      const text = `plugin ${this.plugin}: shutdown() failed: ${textOf(error)}`;
      this.#events.warning(new AisopodError('SHUTDOWN_FAILED', text, { cause: error }));
      return null;
    } finally {
      this.timings.shutdown = performance.now() - begun;
    }
  }

  async #propose(config: string): Promise<void> {
    try {
      await this.#code.configure(config);
    } catch (error) {
      throw this.#failed('CONFIG_REFUSED', 'onConfigChanged()', error);
    }
  }

  #notActive(): AisopodError {
    const state = this.#closing === null ? 'has not begun' : 'is shutting down';
    return new AisopodError('PLUGIN_NOT_ACTIVE', `plugin ${this.plugin} ${state}`);
  }

  #failed(code: ErrorCode, fn: string, thrown: unknown): AisopodError {
    if (AisopodError.is(thrown) && (thrown.code === code || thrown === this.#overdue))
      return thrown;
    return lifecycleFailure(this.plugin, code, fn, thrown);
  }

  /** What ran at once can't be given up, but what it has done is not taken. */
  #refuseLate(fn: string, begun: number, limitMs: number): void {
    if (performance.now() - begun <= limitMs) return;
    this.#overdue = this.#timeout(fn, limitMs);
    throw this.#overdue;
  }

  #timeout(fn: string, limitMs: number): AisopodError {
    return new AisopodError(
      'LIFECYCLE_TIMEOUT',
      `plugin ${this.plugin}: ${fn}() has not returned after ${limitMs} ms; ` +
        'the host abandons it and does not call it again',
      { details: { plugin: this.plugin } },
    );
  }

  /** As many calls as may wait of a native plugin; what overstays its deadline takes a place too. */
  #refuseFull(): void {
    if (this.#running < this.limits.queue) return;
    const [status, why] =
      this.#overstaying > 0
        ? [Status.BUSY, 'handlers that overstay their deadline leave no room for another call']
        : [Status.AGAIN, `${this.#running} calls are running already`];
    throw lostCall(this.plugin, status, why);
  }

  #refuseLarge(params: string): void {
    const { payloadBytes } = this.limits;
    const bytes = bytesOf(params, payloadBytes);
    if (bytes <= payloadBytes) return;
    const why = `the parameters have ${bytes} bytes, and the limit is ${payloadBytes}`;
    throw lostCall(this.plugin, Status.TOO_LARGE, why);
  }
}
