import { AisopodError } from '../../base/errors/index.js';
import { lazily } from '../../base/lazily.js';
import { settledWithin, within } from '../../base/time/index.js';
import {
  type Gate,
  type Generation,
  isMadeByRun,
  type PluginInstance,
  type SavedState,
  type Want,
} from '../../instance/index.js';
import type { PluginBatch } from '../../registry/index.js';
import type { HeldEvents } from '../../services/events/held-events.js';
import type { Finding } from '../plugins/finding.js';
import type { Phase } from '../plugins/phases.js';
import type { Plugin } from '../plugins/plugin.js';
import type { StartContext } from './start-context.js';
import {
  assertWanted,
  configure,
  init,
  instantiate,
  open,
  register,
  take,
  undo,
} from './start-plugin.js';
import { isNative } from './start-plugins.js';

const loadHeldEvents = lazily(() => import('../../services/events/held-events.js'));

/** How a reload came out. */
export interface Reloaded {
  /** Versions of the plugin. */
  readonly from: string;
  readonly to: string;
  /** Milliseconds for which new calls had to wait. */
  readonly heldMs: number;
}

/** What a reload does; where one fails, that is named. */
type Step = 'configure' | 'open' | 'register' | 'drain' | 'save' | 'end' | 'restore' | 'init';

const DOING: Record<Step, string> = {
  configure: 'configure it',
  open: 'open it',
  register: 'let it register',
  drain: 'wait for the calls in flight',
  save: 'save its state',
  end: 'end the one that runs',
  restore: 'restore its state',
  init: 'initialise it',
};

const FAILURE: Record<Step, Phase> = {
  configure: 'failed_config',
  open: 'failed_load',
  register: 'failed_register',
  drain: 'failed_restore',
  save: 'failed_restore',
  end: 'abandoned',
  restore: 'failed_restore',
  init: 'failed_init',
};

/**
 * Lets another generation of a plugin take the place of the one that serves. No call is lost or answered
 * twice: new calls wait while those in flight end, the state is handed over, and the new generation is
 * initialised.
 *
 * @param finding what the new generation is made of
 * @throws AisopodError RELOAD_FAILED: the old generation serves on
 */
export function reloadPlugin(
  plugin: Plugin,
  finding: Finding,
  context: StartContext,
): Promise<Reloaded> {
  return new Reload(plugin, finding, context).run();
}

/** Opens when the reload has ended, well or not. */
class ReloadGate implements Gate {
  readonly #upcoming: () => Generation;
  readonly #passed: Promise<void>;
  #open!: () => void;

  /** @param upcoming the generation that is to serve next */
  constructor(upcoming: () => Generation) {
    this.#upcoming = upcoming;
    this.#passed = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** A call of the upcoming generation is refused: its init() may wait for it, and the reload for that. */
  passed({ what, context }: Want): Promise<void> {
    const upcoming = this.#upcoming();
    return isMadeByRun(context, upcoming)
      ? Promise.reject(tooEarly(upcoming.plugin, what))
      : this.#passed;
  }

  open(): void {
    this.#open();
  }
}

function tooEarly(plugin: string, what: string): AisopodError {
  return new AisopodError(
    'PLUGIN_NOT_ACTIVE',
    `Plugin ${plugin} is being reloaded, and its new instance takes no calls (${what}) before its init function ` +
      'has returned, which would wait for itself. Use the code behind the call directly, or make the call ' +
      'later, from a timer or a posted task.',
    { details: { plugin, caller: plugin } },
  );
}

/** Its states are those of docs/internals/reload.pml, and comments name them. In the model: serve. */
class Reload {
  readonly #plugin: Plugin;
  readonly #finding: Finding;
  readonly #context: StartContext;
  /** The one that serves when the reload begins. */
  readonly #old: Generation;
  readonly #oldInstance: PluginInstance;
  readonly #oldFinding: Finding;
  readonly #gate = new ReloadGate(() => this.#next);
  #next: Generation;
  #step: Step = 'configure';
  /** performance.now() when new calls began to wait. */
  #heldSince = 0;
  /** What would be handed to the plugin meanwhile; null: nothing is held back. */
  #held: HeldEvents | null = null;
  #heldMs = 0;
  #state: SavedState | null = null;
  #oldEnded = false;

  constructor(plugin: Plugin, finding: Finding, context: StartContext) {
    const { current, found, embedded } = plugin;
    const instance = current?.instance ?? null;
    if (current === null || instance === null) throw plugin.refusal();
    this.#plugin = plugin;
    this.#finding = finding;
    this.#context = context;
    this.#old = current;
    this.#oldInstance = instance;
    this.#oldFinding = { found, embedded };
    this.#next = this.#begin(finding);
  }

  async run(): Promise<Reloaded> {
    const plugin = this.#plugin;
    const { guard } = this.#context;
    const from = plugin.manifest.plugin.version;
    const to = plugin.upcoming.manifest.plugin.version;
    const native = isNative(plugin.upcoming);
    try {
      if (native) await guard?.prepare([plugin]);
      if (native) guard?.mark([plugin]);
      await this.#replace();
      return { from, to, heldMs: this.#heldMs };
    } catch (cause) {
      throw await this.#takeBack(this.#next.redactor.error(AisopodError.from(cause)));
    } finally {
      if (native) guard?.clear(plugin);
      plugin.endReload();
      this.#gate.open();
    }
  }

  #begin(finding: Finding): Generation {
    const next = this.#plugin.beginReload(this.#context.core.limitsFor(this.#plugin.name), finding);
    const { bus } = this.#context;
    if (this.#held === null) bus.silence(next);
    else bus.holdBack([next], this.#held);
    return next;
  }

  /** Of a plugin that allows one instance, shut_down comes before restore. */
  async #replace(): Promise<void> {
    const plugin = this.#plugin;
    const context = this.#context;
    configure(plugin, this.#next, context);
    this.#step = 'open';
    await this.#open();
    // Nothing of a plugin that allows one instance is made before the old one has ended.
    const single = this.#old.isSingle || this.#next.isSingle;
    let batch = single ? null : await this.#register();
    assertWanted(plugin);
    await this.#hold();
    await this.#drain();
    await this.#save();
    assertWanted(plugin);
    if (single) {
      context.bus.keepAfter(this.#old);
      this.#step = 'end';
      const unclean = await this.#endOld();
      // Another instance would be alive next to what still runs of this one.
      if (unclean !== null) throw unclean;
    }
    batch ??= await this.#register();
    await this.#initialise();
    assertWanted(plugin);
    this.#swap(batch, this.#finding);
    if (!single) await this.#endOld();
    plugin.endGeneration(this.#old);
  }

  /** In the model: prepare. */
  async #open(): Promise<void> {
    const { core } = this.#context;
    if (!this.#oldIsSingle) this.#plugin.enterProcess(this.#next, core.home.root);
    await open(this.#plugin, this.#next, this.#context, true);
    assertWanted(this.#plugin);
  }

  /** Only one instance may count, and the old one does. */
  get #oldIsSingle(): boolean {
    return this.#old.isSingle || this.#finding.embedded?.single === true;
  }

  async #register(): Promise<PluginBatch> {
    this.#step = 'register';
    await instantiate(this.#plugin, this.#next, this.#context);
    return register(this.#plugin, this.#context);
  }

  /** From here on new calls wait, and events are kept. */
  async #hold(): Promise<void> {
    const { HeldEvents } = await loadHeldEvents();
    assertWanted(this.#plugin);
    this.#step = 'drain';
    this.#heldSince = performance.now();
    this.#old.closeGate(this.#gate);
    this.#plugin.lifecycle.to('draining');
    this.#held = new HeldEvents(this.#old.plugin, 'was reloaded', this.#old.limits);
    this.#context.bus.holdBack([this.#old, this.#next], this.#held);
  }

  /**
   * Waits until nothing of the old generation is at work; what its own calls wait for is let through.
   * In the model: drain, pause.
   */
  async #drain(): Promise<void> {
    const old = this.#old;
    const instance = this.#oldInstance;
    const endsAt = performance.now() + old.limits.drainMs;
    const restMs = () => Math.max(0, endsAt - performance.now());
    const isIdle = () => !old.isHeld && instance.inFlight === 0;
    do {
      await this.#wanted(this.#idle(restMs));
      if (!isIdle() && restMs() < 1) break;
      // Its event functions may call something of it before they return.
      await this.#wanted(instance.pause?.(restMs()) ?? Promise.resolve()).catch((error) => {
        // A call that has not ended is the reason, since its handler has not returned.
        const isLate = AisopodError.is(error) && error.code === 'LIFECYCLE_TIMEOUT';
        throw isLate && !isIdle() ? this.#busy() : error;
      });
    } while (!isIdle() && restMs() > 0);
    if (!isIdle()) throw this.#busy();
    old.seal();
  }

  async #idle(restMs: () => number): Promise<void> {
    await settledWithin(this.#context.bus.idle(this.#old), restMs());
    await this.#old.left(restMs());
    await this.#oldInstance.drained?.(restMs());
  }

  #busy(): AisopodError {
    const { drainMs } = this.#old.limits;
    const calls = this.#oldInstance.inFlight;
    const what = calls === 1 ? '1 call has' : `${calls} calls have`;
    return new AisopodError(
      'CALL_DEADLINE',
      `${what} not ended after ${drainMs} ms. Reload it when it has less to do, or raise its limit drain_ms.`,
      { details: { plugin: this.#plugin.name, inFlight: calls, limitMs: drainMs } },
    );
  }

  /** In the model: save. */
  async #save(): Promise<void> {
    this.#step = 'save';
    this.#state = await this.#wanted(this.#oldInstance.saveState?.() ?? Promise.resolve(null));
  }

  /** In the model: restore, initialise. */
  async #initialise(): Promise<void> {
    this.#step = 'restore';
    if (this.#state !== null) await this.#next.instance?.restoreState?.(this.#state);
    this.#step = 'init';
    await init(this.#plugin, this.#context);
  }

  /** What `work` gives, unless the plugin is no longer wanted before. */
  #wanted<T>(work: Promise<T>): Promise<T> {
    const { startSignal: signal } = this.#plugin;
    return within(work, {
      limitMs: Number.POSITIVE_INFINITY,
      signal,
      late: () => new AisopodError('INTERNAL', 'What has no limit was late.'),
      cancelled: () => AisopodError.from(signal.reason),
    });
  }

  /**
   * In one turn of the event loop: a call that is looked up finds the old one or the new one.
   * In the model: swap.
   */
  #swap(batch: PluginBatch, finding: Finding): void {
    const plugin = this.#plugin;
    const { core, bus } = this.#context;
    const before = core.registry.snapshot.batchOf(plugin.name);
    const remove = before === undefined ? [] : [before];
    const warnings = core.registry.apply({ remove, add: [batch] });
    core.plugins.replaced(plugin.found, finding);
    this.#old.retire(() => plugin.refusal());
    bus.leave(this.#old);
    plugin.lifecycle.to('active');
    bus.release(this.#next);
    this.#gate.open();
    this.#heldMs = performance.now() - this.#heldSince;
    for (const { plugin: id, code, message, details } of warnings) {
      core.plugins.find(id)?.warn(new AisopodError(code, message, { details }));
    }
  }

  /** In the model: shut_down. */
  /** @returns why something of it may still run; null: it has ended */
  async #endOld(): Promise<AisopodError | null> {
    const old = this.#old;
    this.#oldEnded = true;
    old.beginEnd();
    const unclean = await this.#oldInstance.shutdown(0, 'reload');
    old.end();
    if (unclean === null) {
      old.leaveProcess();
      this.#step = 'open';
      if (this.#oldIsSingle && this.#plugin.next !== null) {
        this.#plugin.enterProcess(this.#next, this.#context.core.home.root);
      }
    } else {
      this.#plugin.warn(unclean, old);
    }
    return unclean;
  }

  /**
   * The reload has failed: the old generation serves on, or is made once more. In the model: take_back.
   * @returns what the reload ends with
   */
  async #takeBack(cause: AisopodError): Promise<AisopodError> {
    const plugin = this.#plugin;
    const { bus, core } = this.#context;
    const step = this.#step;
    await this.#undoNext();
    if (this.#oldEnded && plugin.startAborted !== null) {
      const error = this.#failure(cause, step, 'It is not there any more.');
      this.#giveUp('unloaded', error);
      return error;
    }
    if (step === 'end') {
      const words = 'Something of it may still run, so no other is made. Restart the host.';
      const error = this.#failure(cause, step, words);
      this.#giveUp(FAILURE.end, error);
      return error;
    }
    if (this.#oldEnded) return this.#makeAgain(cause, step);
    this.#oldInstance.resume?.();
    this.#old.openGate();
    bus.release(this.#old);
    if (plugin.phase === 'draining') plugin.lifecycle.to('active');
    core.epoch.advance();
    return this.#failure(cause, step, 'The one before goes on.');
  }

  async #undoNext(): Promise<void> {
    const unclean = await undo(this.#next, 'undo');
    if (unclean !== null) this.#plugin.warn(unclean, this.#next);
    this.#context.bus.leave(this.#next);
    this.#plugin.endGeneration(this.#next);
  }

  /**
   * The old one has ended for one that can't be made: it is made again, with the state that it saved.
   * In the model: make_again.
   */
  async #makeAgain(cause: AisopodError, step: Step): Promise<AisopodError> {
    const plugin = this.#plugin;
    const { core } = this.#context;
    this.#next = this.#begin(this.#oldFinding);
    this.#step = 'configure';
    try {
      configure(plugin, this.#next, this.#context);
      this.#step = 'open';
      plugin.enterProcess(this.#next, core.home.root);
      const { loaded } = this.#old;
      if (loaded !== null) take(this.#next, loaded, this.#oldFinding.embedded);
      const batch = await this.#register();
      await this.#initialise();
      this.#swap(batch, this.#oldFinding);
      plugin.endGeneration(this.#old);
      return this.#failure(
        cause,
        step,
        'The one before was made again, with the state that it had saved.',
      );
    } catch (second) {
      const phase = FAILURE[this.#step];
      const shown = this.#next.redactor.error(AisopodError.from(second));
      const words = `The one before could not be made again: ${shown.message}`;
      const error = this.#failure(cause, step, words);
      await this.#undoNext();
      this.#giveUp(phase, error);
      return error;
    }
  }

  /** Neither can be made: the plugin has failed. In the model: give_up. */
  #giveUp(phase: Phase, error: AisopodError): void {
    const plugin = this.#plugin;
    const { core, bus } = this.#context;
    const batch = core.registry.snapshot.batchOf(plugin.name);
    if (batch !== undefined) core.registry.apply({ remove: [batch] });
    this.#old.retire(() => plugin.refusal());
    bus.leave(this.#old);
    if (this.#held !== null) bus.forget(this.#held);
    plugin.endGeneration(this.#old);
    plugin.lifecycle.to(phase, error);
  }

  #failure(cause: AisopodError, step: Step, outcome: string): AisopodError {
    const { name } = this.#plugin;
    const why = cause.message.replace(/[.\s]+$/, '');
    return new AisopodError(
      'RELOAD_FAILED',
      `The host could not reload plugin ${name}, since it could not ${DOING[step]}: ${why}. ${outcome}`,
      { details: { plugin: name, step, code: cause.code }, cause },
    );
  }
}
