import type {
  BoundCall,
  CallCounters,
  NativeInstance as NativeHandle,
} from '../../../abi/addon.js';
import { type RawRegistration, type RawSubscription, Status } from '../../../abi/index.js';
import {
  CallWants,
  type MessageFields,
  MessageType,
  Moment,
  type Receive,
  WITHIN_CALL,
} from '../../../abi/messages.js';
import { AisopodError } from '../../../base/errors/index.js';
import { jsonText, readJson } from '../../../base/json/index.js';
import { settledWithin } from '../../../base/time/index.js';
import type { Accepted, Limits } from '../../../config/index.js';
import {
  type Answer,
  ancestorsOf,
  type BoundInvoke,
  type CallContext,
  type CallPort,
  type InstanceEvents,
  type InstanceTimings,
  type InvokeOptions,
  isWithinCall,
  LifecycleOrder,
  lostCall,
  type Maker,
  PendingCall,
  type PluginInstance,
  type RequestHandlers,
  type SavedState,
  type ShutdownReason,
} from '../../../instance/index.js';
import { bridge, connect, disconnect, type Receiver } from '../process/bridge.js';
import { changeWarnings } from '../process/process-watch.js';
import { Batch } from './batch.js';
import { CallTable } from './call-table.js';
import { EventBatch } from './event-batch.js';
import { LifecycleCalls } from './lifecycle-calls.js';
import { type HandleOptions, nativeHandle } from './native-handle.js';
import { pluginFailure } from './plugin-failure.js';
import { type LateAnswer, Proposals } from './proposals.js';
import { ReloadCalls } from './reload-calls.js';
import { Requests } from './requests.js';

export interface NativeInstanceSetup {
  readonly plugin: string;
  /** What its calls are made by; default: any run of the plugin. */
  readonly maker?: Maker | undefined;
  readonly handle: HandleOptions;
  readonly accept: readonly Accepted[];
  readonly requests: RequestHandlers;
  readonly events: InstanceEvents;
  /** As LoadRequest has it. */
  readonly begins?: ((step: 'create' | 'register') => void) | undefined;
}

/** A native plugin in this process: the core runs it on its own threads, messages come back here. */
export class NativePluginInstance implements PluginInstance, Receiver, CallPort {
  readonly plugin: string;
  readonly subscriptions: RawSubscription[] = [];
  readonly #native: NativeHandle;
  readonly #id: number;
  readonly #limits: Limits;
  readonly #events: InstanceEvents;
  readonly #accept: readonly Accepted[];
  readonly #requests: Requests;
  readonly #delivered: EventBatch;
  readonly #calls = new CallTable();
  /** For each registration that was called. */
  readonly #bound = new Map<number, BoundCall>();
  readonly #batch: Batch;
  readonly #order: LifecycleOrder;
  readonly #lifecycle: LifecycleCalls;
  readonly #proposals: Proposals;
  /** Made for the first reload that the instance takes part in. */
  #reloadCalls: ReloadCalls | undefined;
  readonly #begins: NativeInstanceSetup['begins'];
  /** Resolve when no call is in flight. */
  #idle: (() => void)[] = [];
  #closing: Promise<AisopodError | null> | null = null;
  constructor(setup: NativeInstanceSetup) {
    this.plugin = setup.plugin;
    this.#limits = setup.handle.limits;
    this.#events = setup.events;
    this.#begins = setup.begins;
    this.#accept = setup.accept;
    this.#native = nativeHandle(setup.plugin, setup.handle);
    this.#batch = new Batch(setup.plugin);
    this.#order = new LifecycleOrder(setup.plugin);
    this.#lifecycle = new LifecycleCalls(setup.plugin, this.#native);
    this.#proposals = new Proposals(setup.plugin, this.#native);
    const { plugin, maker = { plugin } } = setup;
    this.#requests = new Requests(maker, setup.requests, this.#limits, (...response) =>
      this.#native.respond(...response),
    );
    this.#delivered = new EventBatch((batch) => this.#native.deliver(batch));
    this.#id = this.#native.id();
    connect(this.#id, this);
  }

  get #reload(): ReloadCalls {
    const [plugin, native] = [this.plugin, this.#native];
    this.#reloadCalls ??= new ReloadCalls(plugin, native, this.#lifecycle, this.#limits);
    return this.#reloadCalls;
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  get timings(): InstanceTimings {
    return this.#lifecycle.timings;
  }

  counters(): CallCounters {
    return this.#native.counters();
  }

  get warnings(): readonly AisopodError[] {
    return this.#batch.warnings;
  }

  register(): Promise<readonly RawRegistration[]> {
    return this.#order.run('register', async () => {
      await this.#lifecycle.createAndRegister(this.#limits, this.#begins);
      return this.#batch.whole();
    });
  }

  restoreState(state: SavedState): Promise<void> {
    return this.#order.run('restoreState', () => this.#reload.restore(state));
  }

  init(): Promise<void> {
    return this.#order.run('init', () =>
      this.#lifecycle.run('init', this.#limits.initMs, 'INIT_FAILED'),
    );
  }

  async configure(config: string, late: LateAnswer = () => {}): Promise<void> {
    if (this.#closing !== null) throw this.#shuttingDown();
    this.#lifecycle.mark();
    await this.#proposals.make(config, this.#limits.configureMs, late);
  }

  invoke(
    registration: number,
    method: string,
    params: string,
    options: InvokeOptions,
  ): Answer | Promise<Answer> {
    return this.#call(this.#boundCall(registration), method, params, options, asItIs);
  }

  bind(registration: number): BoundInvoke {
    const call = this.#boundCall(registration);
    return (params, options, finish) => this.#call(call, 'invoke', params, options, finish);
  }

  #boundCall(registration: number): BoundCall {
    const known = this.#bound.get(registration);
    if (known !== undefined) return known;
    const made = this.#native.bind(registration);
    this.#bound.set(registration, made);
    return made;
  }

  #call<T>(
    bound: BoundCall,
    method: string,
    params: string,
    options: InvokeOptions,
    finish: (answer: Answer) => T,
  ): T | Promise<T> {
    if (this.#closing !== null) throw this.#shuttingDown();
    if (options.signal?.aborted === true) {
      throw lostCall(this.plugin, Status.CANCELLED, 'the caller cancelled the call');
    }
    const { timeoutMs, context, onChunk, onProgress } = options;
    const wants =
      (onChunk === undefined ? 0 : CallWants.chunks) |
      (onProgress === undefined ? 0 : CallWants.progress) |
      (context !== undefined && isWithinCall(context) ? WITHIN_CALL : 0);
    const result =
      wants === 0 && context === undefined && method === 'invoke'
        ? bound(params, timeoutMs)
        : bound(params, timeoutMs, wants, metaOf(context), method, ancestorsOf(context));
    if (typeof result === 'string') return finish({ ok: true, json: result });
    if (typeof result !== 'number') return finish(this.#settledAtOnce(...result));
    const call = new PendingCall(result, this, options, finish);
    this.#calls.insert(call);
    return call.promise;
  }

  deliver(
    tokens: readonly number[],
    topic: string,
    source: string,
    json: string,
    meta: string,
  ): void {
    if (this.#closing === null) this.#delivered.add(tokens, topic, source, json, meta);
  }

  async drained(limitMs: number): Promise<boolean> {
    if (this.#calls.size === 0 || limitMs <= 0) return this.#calls.size === 0;
    return settledWithin(new Promise<void>((resolve) => this.#idle.push(resolve)), limitMs);
  }

  async pause(limitMs: number): Promise<void> {
    this.#order.requireServing('pause');
    this.#delivered.flush();
    await this.#reload.pause(limitMs);
  }

  resume(): void {
    if (this.#closing === null) this.#reload.resume();
  }

  async saveState(): Promise<SavedState | null> {
    this.#order.requireServing('saveState');
    return this.#reload.save();
  }

  shutdown(drainMs: number, reason: ShutdownReason): Promise<AisopodError | null> {
    this.#closing ??= this.#close(drainMs, reason);
    return this.#closing;
  }

  cancel(call: number, status: number): void {
    this.#native.cancel(call, status);
  }

  chunkRead(call: number, bytes: number): void {
    this.#native.chunkRead(call, bytes);
  }

  // One that fails would take the others with it; but all that it runs is caught by its call.
  readonly receiveAnswers = (answers: readonly (number | string)[]): void => {
    for (let i = 0; i < answers.length; i += 2) {
      this.#take(answers[i] as number)?.answered({ ok: true, json: answers[i + 1] as string });
    }
  };

  // What the fields are: MessageFields.
  readonly receive: Receive = (type, f0, f1, f2, f3, f4, f5, f6) => {
    switch (type) {
      case MessageType.failure:
        this.#take(f0)?.answered(pluginFailure(type, f1, f2, f3));
        break;
      case MessageType.refused:
      case MessageType.unanswered:
        this.#take(f0)?.answered(pluginFailure(type, f1, f2, ''));
        break;
      case MessageType.lost:
        this.#take(f0)?.lost(lostCall(this.plugin, f1, f2));
        break;
      case MessageType.chunk:
        this.#calls.get(f0)?.chunk(f1, f2);
        break;
      case MessageType.progress:
        this.#progressed(f0, f1, f2, f3);
        break;
      case MessageType.registration:
        this.#registered(f0, f1, f2, f3, f4);
        break;
      case MessageType.subscription:
        this.subscriptions.push({ token: f0, pattern: f1 });
        break;
      case MessageType.refusal:
        this.#batch.refused(f0, f1, f2, f3 === 1);
        break;
      case MessageType.configured:
        this.#proposals.late({ status: f1, message: f2 });
        break;
      case MessageType.moment:
        this.#lifecycleCallEnded(f0, f1, f2, f3, f4 === 1);
        break;
      case MessageType.log:
        this.#events.log(f0, f1, f2, contextOf(f3), f4);
        break;
      case MessageType.logLost:
        this.#events.logLost(f0);
        break;
      case MessageType.notice:
        this.#events.notice(f0, f1);
        break;
      case MessageType.stuck:
        this.#events.stuck(f0);
        break;
      case MessageType.unstuck:
        this.#events.stuck(null);
        break;
      case MessageType.publication:
        this.#events.publication(f0, f1, contextOf(f2));
        break;
      case MessageType.request:
        this.#requested(f0, f1, f2, f3, f4, f5, f6);
        break;
      case MessageType.requestEnded:
        this.#requests.ended(f0);
        break;
      case MessageType.responseRead:
        this.#requests.read(f0);
        break;
      case MessageType.process:
        this.#processChanged(f0, f1, f2);
        break;
      case MessageType.disposed:
        if (this.#lifecycle.overdue !== null) disconnect(this.#id);
        break;
    }
  };

  #progressed(...[call, fraction, note, hasNote]: MessageFields['progress']): void {
    this.#calls.get(call)?.progress(fraction === -1 ? null : fraction, hasNote === 1 ? note : null);
  }

  // By name: an array of the fields would take as long as the rest of it.
  #registered(token: number, kind: string, name: string, spec: string, flags: number): void {
    this.#batch.add({ token, kind: kind as RawRegistration['kind'], name, spec, flags });
  }

  #lifecycleCallEnded(
    which: number,
    status: number,
    message: string,
    tookMs: number,
    overdue: boolean,
  ): void {
    const outcome = { status, message, overdue, tookMs };
    if (which === Moment.configure) this.#proposals.ended(outcome);
    else if (this.#reloadCalls?.ended(which, outcome) !== true)
      this.#lifecycle.ended(which, outcome);
  }

  #requested(
    ...[token, method, params, flags, limit, parent, meta]: MessageFields['request']
  ): void {
    const limitMs = limit === -1 ? Number.POSITIVE_INFINITY : limit;
    const context = this.#parentContext(parent, meta);
    void this.#requests.answer(token, method, params, flags, limitMs, context, parent);
  }

  #shuttingDown(): AisopodError {
    return new AisopodError('PLUGIN_NOT_ACTIVE', `plugin ${this.plugin} is shutting down`);
  }

  async #close(drainMs: number, reason: ShutdownReason): Promise<AisopodError | null> {
    this.#order.end();
    if (this.#lifecycle.overdue !== null) return this.#lifecycle.overdue;
    await this.drained(drainMs);
    const late = await this.#lifecycle.shutdown(this.#limits.shutdownMs, reason);
    if (late === null) disconnect(this.#id);
    return late;
  }

  #processChanged(ran: string, before: string, after: string): void {
    const { own } = this.#lifecycle;
    if (own === undefined) return;
    const change = { plugin: this.plugin, ran, before, after, own, accept: this.#accept };
    for (const warning of changeWarnings(change)) this.#events.warning(warning);
  }

  /**
   * The context for what is done on behalf of `parent`, with all its rights. The object that the
   * caller gave knows more than its JSON, so it goes on where the call is still open; there is none
   * for an inline call that has ended, an event or a task.
   */
  #parentContext(parent: number, meta: string): CallContext | undefined {
    return meta === '' ? undefined : (this.#calls.get(parent)?.context ?? contextOf(meta));
  }

  #settledAtOnce(type: number, status: number, message: string, details: string): Answer {
    if (type !== MessageType.lost) return pluginFailure(type, status, message, details);
    if (status === Status.STATE) {
      throw new AisopodError('PLUGIN_NOT_ACTIVE', `plugin ${this.plugin}: ${message}`);
    }
    throw lostCall(this.plugin, status, message);
  }

  #take(token: number): PendingCall<unknown> | undefined {
    const call = this.#calls.remove(token);
    if (this.#calls.size === 0) for (const idle of this.#idle.splice(0)) idle();
    return call;
  }
}

function asItIs(answer: Answer): Answer {
  return answer;
}

/** The context that the core wrote down as the meta of a call, event or task; '' stands for none. */
function contextOf(meta: string): CallContext | undefined {
  return meta === '' ? undefined : readJson<CallContext>(meta);
}

/** The meta of the ABI: on whose behalf the call is made. */
function metaOf(context: CallContext | undefined): string | undefined {
  if (context === undefined) return undefined;
  return jsonText({ ...context, traceId: context.traceId ?? bridge().newTraceId() });
}
