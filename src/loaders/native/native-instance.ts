import type { NativeInstance as NativeHandle, NativeInstanceOptions } from '../../abi/addon.js';
import { type RawRegistration, Status, statusCode } from '../../abi/index.js';
import { CallWants, MessageType, Moment } from '../../abi/messages.js';
import type { Limits } from '../../config/index.js';
import { AisopodError, type ErrorCode } from '../../errors/index.js';
import type { InstanceEvents } from '../loader.js';
import type {
  Answer,
  CallContext,
  InstanceTimings,
  InvokeOptions,
  PluginInstance,
} from '../plugin-instance.js';
import { type RequestHandlers, Requests } from '../requests.js';
import { bridge, connect, disconnect, type Receiver } from './bridge.js';
import { lostCall } from './lost-call.js';
import { nativeHandle } from './native-handle.js';
import { type CallPort, LONGEST_TIMER_MS, PendingCall } from './pending-call.js';
import { type OwnState, ownState } from './process-changes.js';
import { mendProcess } from './process-watch.js';

export interface NativeInstanceSetup {
  readonly plugin: string;
  /** Address of a checked aisopod_plugin_desc. */
  readonly descriptor: bigint;
  readonly options: Omit<NativeInstanceOptions, 'limits'>;
  readonly limits: Limits;
  readonly requests: RequestHandlers;
  readonly events: InstanceEvents;
}

type MomentName = 'create' | 'register' | 'init' | 'shutdown';
const MOMENTS: Record<MomentName, number> = {
  create: Moment.create,
  register: Moment.register,
  init: Moment.init,
  shutdown: Moment.dispose,
};

/** How many refused registrations a message names; details have them all. */
const REFUSALS_TOLD = 10;

interface Outcome {
  readonly moment: MomentName;
  readonly status: number;
  readonly message: string;
  /** It has not returned within its limit. */
  readonly overdue: boolean;
  /** Milliseconds, as the core counts them. */
  readonly tookMs: number;
}

/** A native plugin in this process: the core runs it on its own threads, messages come back here. */
export class NativePluginInstance implements PluginInstance, Receiver, CallPort {
  readonly plugin: string;
  readonly timings: InstanceTimings = {};
  readonly warnings: AisopodError[] = [];
  readonly #native: NativeHandle;
  readonly #limits: Limits;
  readonly #events: InstanceEvents;
  readonly #requests: Requests;
  readonly #calls = new Map<number, PendingCall>();
  readonly #registrations: RawRegistration[] = [];
  readonly #refusals: string[] = [];
  readonly #moments = new Map<number, (outcome: Omit<Outcome, 'moment'>) => void>();
  #idle: (() => void) | undefined;
  /** When the newest moment began. */
  #own: OwnState | undefined;
  #closing: Promise<AisopodError | null> | null = null;
  /** A moment has not returned within its limit; the core undoes it should it return after all. */
  #overdue: AisopodError | null = null;

  constructor(setup: NativeInstanceSetup) {
    this.plugin = setup.plugin;
    this.#limits = setup.limits;
    this.#events = setup.events;
    const options = { ...setup.options, limits: setup.limits };
    this.#native = nativeHandle(setup.plugin, setup.descriptor, options);
    this.#requests = new Requests(setup.plugin, setup.requests, (...answer) =>
      this.#native.respond(...answer),
    );
    connect(this.#native.id(), this);
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  async register(): Promise<readonly RawRegistration[]> {
    const first = await this.#beginBoth();
    if (first.moment === 'create') {
      this.#refuse(first, 'CREATE_FAILED');
      await this.#moment('register', this.#limits.registerMs, 'REGISTER_FAILED');
    } else {
      this.#refuse(first, 'REGISTER_FAILED');
    }
    if (this.#refusals.length > 0) {
      const more = this.#refusals.length - REFUSALS_TOLD;
      throw new AisopodError(
        'REGISTER_FAILED',
        `plugin ${this.plugin}: ${this.#refusals.length} registration(s) were refused, so none ` +
          `counts: ${this.#refusals.slice(0, REFUSALS_TOLD).join('; ')}` +
          (more > 0 ? `; and ${more} more` : ''),
        { details: { refused: this.#refusals } },
      );
    }
    return Object.freeze(this.#registrations);
  }

  async init(): Promise<void> {
    await this.#moment('init', this.#limits.initMs, 'INIT_FAILED');
  }

  invoke(
    registration: number,
    method: string,
    params: string,
    options: InvokeOptions,
  ): Answer | Promise<Answer> {
    if (this.#closing !== null) {
      throw new AisopodError('PLUGIN_NOT_ACTIVE', `plugin ${this.plugin} is shutting down`);
    }
    if (options.signal?.aborted === true) {
      throw lostCall(this.plugin, Status.CANCELLED, 'the caller cancelled the call');
    }
    const wants =
      (options.onChunk === undefined ? 0 : CallWants.chunks) |
      (options.onProgress === undefined ? 0 : CallWants.progress);
    const { timeoutMs, context } = options;
    const result =
      context === undefined && method === 'invoke'
        ? this.#native.invoke(registration, params, timeoutMs, wants)
        : this.#native.invoke(registration, params, timeoutMs, wants, metaOf(context), method);
    if (typeof result === 'string') return { ok: true, json: result };
    if (typeof result !== 'number') return this.#settledAtOnce(...result);
    const call = new PendingCall(result, this, options);
    this.#calls.set(result, call);
    return call.promise;
  }

  shutdown(drainMs: number): Promise<AisopodError | null> {
    this.#closing ??= this.#close(drainMs);
    return this.#closing;
  }

  cancel(call: number, status: number): void {
    this.#native.cancel(call, status);
  }

  chunkRead(call: number, bytes: number): void {
    this.#native.chunkRead(call, bytes);
  }

  receive(
    type: number,
    token: number,
    a: string,
    status: number,
    number: number,
    b: string,
    c: string,
    other: number,
  ): void {
    switch (type) {
      case MessageType.answer:
        this.#take(token)?.answered({ ok: true, json: a });
        break;
      case MessageType.failure:
      case MessageType.refused:
        this.#take(token)?.answered(failure(type, status, a, b));
        break;
      case MessageType.lost:
        this.#take(token)?.lost(lostCall(this.plugin, status, a));
        break;
      case MessageType.chunk:
        this.#calls.get(token)?.chunk(a, number);
        break;
      case MessageType.progress:
        this.#calls.get(token)?.progress(number === -1 ? null : number, status === 1 ? a : null);
        break;
      case MessageType.registration:
        this.#registrations.push({
          token,
          kind: a as RawRegistration['kind'],
          name: b,
          spec: c,
          flags: status,
        });
        break;
      case MessageType.refusal:
        this.#refused(status, a, b, c);
        break;
      case MessageType.moment:
        this.#moments.get(token)?.({ status, message: a, overdue: other === 1, tookMs: number });
        break;
      case MessageType.log:
        this.#events.log(status, a);
        break;
      case MessageType.logLost:
        this.#events.logLost(number);
        break;
      case MessageType.notice:
        this.#events.notice(status, a);
        break;
      case MessageType.stuck:
        this.#events.stuck(a);
        break;
      case MessageType.unstuck:
        this.#events.stuck(null);
        break;
      case MessageType.event:
        this.#events.event(a, JSON.parse(b));
        break;
      case MessageType.ask:
        void this.#requests.ask(token, a, b, status, number, this.#contextOf(other));
        break;
      case MessageType.askEnded:
        this.#requests.ended(token);
        break;
      case MessageType.askRead:
        this.#requests.read(token);
        break;
      case MessageType.process:
        this.#processChanged(a, b, c);
        break;
      case MessageType.disposed:
        if (this.#overdue !== null) disconnect(this.#native.id());
        break;
    }
  }

  async #close(drainMs: number): Promise<AisopodError | null> {
    if (this.#overdue !== null) return this.#overdue;
    await this.#drained(drainMs);
    const outcome = await this.#begin('shutdown', this.#limits.shutdownMs);
    if (!outcome.overdue) {
      disconnect(this.#native.id());
      return null;
    }
    this.#overdue = this.#timeout(outcome.message);
    return this.#overdue;
  }

  #processChanged(moment: string, before: string, after: string): void {
    if (this.#own === undefined) return;
    const warning = mendProcess(this.plugin, moment, before, after, this.#own);
    if (warning !== null) this.#events.warning(warning);
  }

  #contextOf(call: number): CallContext | undefined {
    return this.#calls.get(call)?.context;
  }

  #settledAtOnce(type: number, status: number, message: string, details: string): Answer {
    if (type !== MessageType.lost) return failure(type, status, message, details);
    if (status === Status.STATE) {
      throw new AisopodError('PLUGIN_NOT_ACTIVE', `plugin ${this.plugin}: ${message}`);
    }
    throw lostCall(this.plugin, status, message);
  }

  #take(token: number): PendingCall | undefined {
    const call = this.#calls.get(token);
    this.#calls.delete(token);
    if (this.#calls.size === 0) this.#idle?.();
    return call;
  }

  #refused(status: number, kind: string, name: string, why: string): void {
    const text = `${kind} "${name}": ${why}`;
    if (status !== Status.UNSUPPORTED) {
      this.#refusals.push(text);
      return;
    }
    this.warnings.push(
      new AisopodError(
        'UNSUPPORTED',
        `plugin ${this.plugin} registers what is not served: ${text}`,
        {
          details: { kind, name },
        },
      ),
    );
  }

  async #moment(name: MomentName, limitMs: number, code: ErrorCode): Promise<void> {
    this.#refuse(await this.#begin(name, limitMs), code);
  }

  /** @throws AisopodError of that code, or LIFECYCLE_TIMEOUT, unless the moment went well */
  #refuse({ status, message, overdue }: Outcome, code: ErrorCode): void {
    if (status === Status.OK) return;
    if (overdue) {
      this.#overdue = this.#timeout(message);
      throw this.#overdue;
    }
    throw new AisopodError(code, `plugin ${this.plugin}: ${message}`, {
      details: { status: statusCode(status) },
    });
  }

  #begin(name: MomentName, limitMs: number): Promise<Outcome> {
    const begun = performance.now();
    this.#own = ownState();
    return new Promise((resolve) => {
      const settle = (outcome: Omit<Outcome, 'moment'>) => {
        this.timings[name] = (this.timings[name] ?? 0) + performance.now() - begun;
        resolve({ ...outcome, moment: name });
      };
      this.#moments.set(MOMENTS[name], settle);
      const over = this.#native.begin(MOMENTS[name], limitMs);
      if (over) settle({ status: Status.OK, message: '', overdue: false, tookMs: 0 });
    });
  }

  /** create and register in one go. The outcome is that of the one which ended last. */
  #beginBoth(): Promise<Outcome> {
    const begun = performance.now();
    this.#own = ownState();
    return new Promise((resolve) => {
      this.#moments.set(MOMENTS.create, (outcome) => {
        this.timings.create = performance.now() - begun;
        resolve({ ...outcome, moment: 'create' });
      });
      this.#moments.set(MOMENTS.register, (outcome) => {
        this.timings.create = performance.now() - begun - outcome.tookMs;
        this.timings.register = outcome.tookMs;
        resolve({ ...outcome, moment: 'register' });
      });
      this.#native.beginBoth(this.#limits.createMs, this.#limits.registerMs);
    });
  }

  #timeout(message: string): AisopodError {
    return new AisopodError(
      'LIFECYCLE_TIMEOUT',
      `plugin ${this.plugin}: ${message}; it is left alone and not called any more`,
      { details: { plugin: this.plugin } },
    );
  }

  /** Waits until no call is in flight, for so many milliseconds at most. */
  async #drained(limitMs: number): Promise<void> {
    if (this.#calls.size === 0 || limitMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(limitMs, LONGEST_TIMER_MS));
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#idle = undefined;
  }
}

function failure(type: number, status: number, message: string, details: string): Answer {
  const code = type === MessageType.refused ? refusalCode(status) : statusCode(status);
  const answer = {
    ok: false as const,
    code,
    message: message === '' ? `the plugin answered ${code} without a message` : message,
  };
  return details === '' ? answer : { ...answer, details: JSON.parse(details) };
}

function refusalCode(status: number): ErrorCode {
  return status === Status.TOO_LARGE ? 'PAYLOAD_TOO_LARGE' : 'REPLY_REFUSED';
}

/** The meta of the ABI: on whose behalf the call is made. */
function metaOf(context: CallContext | undefined): string | undefined {
  if (context === undefined) return undefined;
  return JSON.stringify({ ...context, traceId: context.traceId ?? bridge().newTraceId() });
}
