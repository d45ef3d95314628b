import { AisopodError } from '../base/errors/index.js';
import { settledWithin } from '../base/time/index.js';
import { type Limits, Redactor } from '../config/index.js';
import { isMadeBy } from './call-depth.js';
import type { CallRoute } from './call-route.js';
import type { LibraryFacts, LoadedPlugin } from './loader.js';
import type { CallContext, PluginInstance } from './plugin-instance.js';

/** Holds a generation for work that began on it: it serves that work until leave(). */
export interface Lease extends CallRoute {
  /** The work has ended. May be called again. */
  leave(): void;
}

/** What a call wants of a generation that it has to wait for. */
export interface Want {
  /** Of the call. */
  readonly context?: CallContext | undefined;
  /** What is called, for people: `tool calculator:add`. */
  readonly what: string;
}

/** What new calls of a generation wait for. */
export interface Gate {
  /**
   * @returns settles when they are to look up again what they call; rejects with the reason if a wait would
   *   never end
   */
  passed(want: Want): Promise<void>;
}

/**
 * One run of a plugin: its instance, and all that ends with it. What a plugin registers belongs to the
 * generation that registered it, never to the plugin's id: what began on a generation ends there, also
 * while another one of the same plugin serves already.
 */
export class Generation {
  /** Id of its plugin. */
  readonly plugin: string;
  /** 1 for the first run of a plugin in this host, then counted up. */
  readonly number: number;
  readonly limits: Limits;
  /** Takes the secrets of its configuration out of what it says. */
  readonly redactor = new Redactor();
  /** The configuration that is in force, as JSON. */
  config = '{}';
  /** Another one, that it has been given and has not agreed to. */
  proposed: string | null = null;
  /** null: it has none, or none has been opened. */
  library: LibraryFacts | null = null;
  /** No other instance of the plugin may be alive in this process. */
  isSingle = false;
  /** What its instance is made of; null: nothing has been loaded. */
  loaded: LoadedPlugin | null = null;
  /** Milliseconds that reading, copying and opening its library took. */
  openMs: number | undefined;
  #route: CallRoute | null = null;
  /** Why it takes no new call; null: it does. */
  #refusal: (() => AisopodError) | null;
  /** null: new calls need not wait. */
  #gate: Gate | null = null;
  /** What belongs to its own work waits too. */
  #sealed = false;
  #isDormant = false;
  #retired = false;
  #isEnding = false;
  #isOff = false;
  #ended = false;
  #leases = 0;
  #left: (() => void) | undefined;
  #leave: (() => void) | undefined;
  #held: readonly (() => void)[] = NOTHING_HELD;

  /** @param refusal why it takes no call yet */
  constructor(of: Pick<Generation, 'plugin' | 'number' | 'limits'>, refusal: () => AisopodError) {
    this.plugin = of.plugin;
    this.number = of.number;
    this.limits = of.limits;
    this.#refusal = refusal;
  }

  /** null: it has not been opened. */
  get instance(): PluginInstance | null {
    return this.#route?.instance ?? null;
  }

  /** Takes over what its loader has opened. */
  opened(instance: PluginInstance): void {
    this.#route = Object.freeze({ instance, callMs: this.limits.callMs });
  }

  /** Its instance is there, and its shutdown has not begun. */
  get isAlive(): boolean {
    return this.#route !== null && !this.#isEnding;
  }

  /** Its shutdown begins. */
  beginEnd(): void {
    this.#isEnding = true;
  }

  /** It counts among the instances of this process. @param leave ends that */
  entered(leave: () => void): void {
    this.#leave = leave;
  }

  /** Nothing of it runs any more. May be called again. */
  leaveProcess(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  /** Takes calls from now on, unless it was retired. */
  open(): void {
    if (this.#retired) return;
    this.#refusal = null;
    this.#isOff = false;
  }

  /** New calls wait for `gate`, but not those that its own calls wait for; until openGate(). */
  closeGate(gate: Gate): void {
    this.#gate = gate;
  }

  /** From now on, until openGate(), every call waits. */
  seal(): void {
    this.#sealed = true;
  }

  /**
   * From now on it stands for what an earlier run registered: it is never opened, and its first call lets
   * another generation take its place.
   * @param gate what its calls wait for
   */
  sleep(gate: Gate): void {
    this.#isDormant = true;
    this.#gate = gate;
    this.#sealed = true;
  }

  /** It stands for what an earlier run registered. */
  get isDormant(): boolean {
    return this.#isDormant;
  }

  openGate(): void {
    this.#gate = null;
    this.#sealed = false;
  }

  /**
   * What a call has to wait for before it looks up again what it calls.
   * @param what is called, as Want has it
   * @param context of the call: one that a call of this generation waits for is let through
   * @returns null: it need not wait, and route() says where it goes
   */
  waits(what: string, context?: CallContext): Promise<void> | null {
    if (this.#gate === null || this.#refusal !== null) return null;
    if (!this.#sealed && isMadeBy(context, this.plugin)) return null;
    return this.#gate.passed({ what, context });
  }

  /** As waits(), for what is called as a part of work that may hold a lease. */
  partWaits(what: string, context?: CallContext): Promise<void> | null {
    return this.#leases > 0 ? null : this.waits(what, context);
  }

  /**
   * Takes no new call until open().
   * @param refusal why
   */
  shut(refusal: () => AisopodError): void {
    if (!this.#retired) this.#refusal = refusal;
  }

  /** As shut(); and it receives no event until open(). */
  switchOff(refusal: () => AisopodError): void {
    this.shut(refusal);
    this.#isOff = true;
  }

  /** Takes no new call ever again: another generation takes its place, or nothing does. */
  retire(refusal: () => AisopodError): void {
    this.shut(refusal);
    this.#retired = true;
  }

  /** It was switched off or retired, so that nothing is missing when it is not asked. */
  get isAway(): boolean {
    return this.#isOff || this.#retired;
  }

  /** It takes no new call ever again. */
  get isRetired(): boolean {
    return this.#retired;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  /**
   * Whether what it listens to reaches it: it takes calls, or work that began holds it.
   * @throws AisopodError PLUGIN_NOT_ACTIVE when it ended before that work
   */
  serves(): boolean {
    if (this.#refusal === null) return true;
    if (this.#leases === 0) return false;
    if (this.#ended) throw this.#refusal();
    return true;
  }

  /** Where a new call goes; null: it takes none now. */
  get current(): CallRoute | null {
    return this.#refusal === null && this.#gate === null ? this.#route : null;
  }

  /**
   * Where a call goes that is new or belongs to work that holds it; null: it takes none.
   * @throws AisopodError as serves()
   */
  reach(): CallRoute | null {
    return this.serves() ? this.#route : null;
  }

  /**
   * Where a call goes that is handed to the instance in this turn of the event loop.
   * @throws AisopodError PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE, HOST_CLOSED: why it takes none
   */
  route(): CallRoute {
    if (this.#refusal === null && this.#route !== null) return this.#route;
    throw (this.#refusal ?? (() => notOpened(this.plugin)))();
  }

  /** @throws AisopodError why it takes no new calls, if it does not */
  assertOpen(): void {
    if (this.#refusal !== null) throw this.#refusal();
  }

  /**
   * After a wait for its gate: whether what was to be called can be looked up again.
   * @throws AisopodError why it takes no calls, when no other generation takes its place
   */
  assertFollowed(): void {
    if (!this.isAway) this.assertOpen();
  }

  /**
   * Begins work that hands calls to the instance later.
   * @throws AisopodError as route()
   */
  enter(): Lease {
    const { instance, callMs } = this.route();
    let held = true;
    this.#leases += 1;
    const leave = () => {
      if (!held) return;
      held = false;
      this.#leases -= 1;
      if (this.#leases === 0) this.#left?.();
    };
    return { instance, callMs, leave };
  }

  /** Work holds a lease. */
  get isHeld(): boolean {
    return this.#leases > 0;
  }

  /**
   * Waits until no work holds a lease.
   * @param limitMs milliseconds, from 0
   * @returns null when that is so already; else whether it was so in time
   */
  left(limitMs: number): Promise<boolean> | null {
    if (this.#leases === 0 || limitMs <= 0) return null;
    const left = new Promise<void>((resolve) => {
      this.#left = resolve;
    });
    return settledWithin(left, limitMs);
  }

  /** Something of the host that is given back when it ends. */
  hold(giveBack: () => void): void {
    // As long as it needs to be: an array that grows by push() has room for many more, in each plugin.
    this.#held = this.#held.concat(giveBack);
  }

  /** It has ended: gives back what it holds, the newest first. May be called again. */
  end(): void {
    this.#ended = true;
    for (let give = this.#held.at(-1); give !== undefined; give = this.#held.at(-1)) {
      this.#held = this.#held.slice(0, -1);
      give();
    }
  }
}

const NOTHING_HELD: readonly (() => void)[] = Object.freeze([]);

function notOpened(plugin: string): AisopodError {
  return new AisopodError('INTERNAL', `Plugin ${plugin} takes calls without an instance.`);
}
