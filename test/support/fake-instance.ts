import { type RawRegistration, Status } from '../../src/abi/index.js';
import { AisopodError } from '../../src/base/errors/index.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/config/index.js';
import {
  type Answer,
  type InstanceTimings,
  type InvokeOptions,
  LifecycleOrder,
  type PluginInstance,
  type SavedState,
  type ShutdownReason,
} from '../../src/instance/index.js';
import { type FakeCall, lost, OpenCall, type SeenCall } from './fake-call.js';

export type { FakeCall } from './fake-call.js';

/** A handler gives the answer itself, so that a test can give one that no loader would. */
export type Handler = (call: FakeCall) => Answer | Promise<Answer>;

/** What a fake does; each part may be left out. */
export interface FakeScript {
  readonly handlers?: ReadonlyMap<number, Handler>;
  readonly registrations?: readonly RawRegistration[];
  /** Over DEFAULT_LIMITS and chunksUnread: 1. */
  readonly limits?: Partial<Limits>;
  readonly register?: () => void;
  readonly init?: () => unknown;
  /** Bytes of format 7; null: it has no state. */
  readonly save?: () => Uint8Array | null | Promise<Uint8Array | null>;
  readonly restore?: (state: SavedState) => unknown;
  readonly shutdown?: (reason: ShutdownReason) => unknown;
  /** When all of it is over. */
  readonly end?: () => void;
}

export function ok(data: unknown): Answer {
  return { ok: true, json: JSON.stringify(data) };
}

/**
 * A PluginInstance whose handlers are functions of a test. It keeps the contract of one, for which
 * test/loaders/contract stands; FakeInstance.active() is one that serves already.
 */
export class FakeInstance implements PluginInstance {
  readonly timings: InstanceTimings = {};
  readonly warnings = [];
  readonly calls: SeenCall[] = [];
  readonly limits: Limits;
  readonly #script: FakeScript;
  readonly #open = new Set<OpenCall>();
  readonly #order = new LifecycleOrder('fake');
  #state: 'made' | 'active' | 'ended' = 'made';
  #closing: Promise<null> | undefined;
  #idle = () => {};

  constructor(script: FakeScript = {}) {
    this.#script = script;
    this.limits = { ...DEFAULT_LIMITS, chunksUnread: 1, ...script.limits };
  }

  static active(handlers: ReadonlyMap<number, Handler>): FakeInstance {
    const fake = new FakeInstance({ handlers });
    fake.#state = 'active';
    return fake;
  }

  get inFlight(): number {
    return this.#open.size;
  }

  register(): Promise<readonly RawRegistration[]> {
    return this.#order.run('register', async () => {
      await this.#timed('register', 'REGISTER_FAILED', this.#script.register);
      return this.#script.registrations ?? [];
    });
  }

  restoreState(state: SavedState): Promise<void> {
    return this.#order.run('restoreState', () =>
      this.#timed('restore', 'RESTORE_FAILED', () => this.#script.restore?.(state)),
    );
  }

  async saveState(): Promise<SavedState | null> {
    if (this.#state !== 'active') this.#order.requireServing('saveState');
    let bytes: Uint8Array | null = null;
    await this.#timed('save', 'SAVE_FAILED', async () => {
      bytes = (await this.#script.save?.()) ?? null;
    });
    return bytes && savedBy(bytes, this.limits.stateBytes);
  }

  init(): Promise<void> {
    return this.#order.run('init', async () => {
      await this.#timed('init', 'INIT_FAILED', this.#script.init);
      if (this.#state === 'made') this.#state = 'active';
    });
  }

  invoke(
    registration: number,
    method: string,
    params: string,
    options: InvokeOptions,
  ): Answer | Promise<Answer> {
    if (this.#state !== 'active') throw new AisopodError('PLUGIN_NOT_ACTIVE', 'the fake is not');
    const handler = this.#script.handlers?.get(registration);
    if (handler === undefined) throw lost(Status.GONE, 'no such registration');
    if (options.signal?.aborted) throw lost(Status.CANCELLED, 'the caller cancelled the call');
    if (this.#open.size >= this.limits.queue) throw lost(Status.AGAIN, 'the queue is full');
    if (Buffer.byteLength(params) > this.limits.payloadBytes) {
      throw lost(Status.TOO_LARGE, 'the parameters are too large');
    }
    const seen = { registration, method, params, options };
    this.calls.push(seen);
    const call = new OpenCall(seen, this.limits);
    const answer = handler(call);
    if (!(answer instanceof Promise)) return call.answered(answer);
    this.#open.add(call);
    const settled = () => {
      this.#open.delete(call);
      if (this.#open.size === 0) this.#idle();
    };
    call.run(answer);
    call.promise.then(settled, settled);
    return call.promise;
  }

  shutdown(drainMs: number, reason: ShutdownReason): Promise<null> {
    this.#closing ??= this.#close(drainMs, reason);
    return this.#closing;
  }

  async #close(drainMs: number, reason: ShutdownReason): Promise<null> {
    const served = this.#state === 'active';
    this.#state = 'ended';
    this.#order.end();
    if (this.#open.size > 0 && drainMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainMs);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const call of this.#open) call.lose(Status.STATE, 'the plugin is shutting down');
    if (served) await this.#script.shutdown?.(reason);
    this.#script.end?.();
    return null;
  }

  async #timed(
    name: 'register' | 'restore' | 'init' | 'save',
    code: 'REGISTER_FAILED' | 'RESTORE_FAILED' | 'INIT_FAILED' | 'SAVE_FAILED',
    run: (() => unknown) | undefined,
  ): Promise<void> {
    const begun = performance.now();
    try {
      await run?.();
    } catch (cause) {
      const { code: status, message } = AisopodError.from(cause, 'FAIL');
      throw new AisopodError(code, message, { details: { status }, cause });
    } finally {
      this.timings[name] = performance.now() - begun;
    }
  }
}

function savedBy(bytes: Uint8Array, limit: number): SavedState {
  if (bytes.length <= limit) return { bytes, format: 7, version: '1.0.0', build: '' };
  throw new AisopodError('STATE_TOO_LARGE', 'the state is too large', { details: { limit } });
}
