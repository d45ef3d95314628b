import { AisopodError } from '../../base/errors/index.js';
import { isFailure, nextPhases, type Phase } from './phases.js';

/**
 * What asked for a change of a plugin:
 * - `discover`: the host looked for plugins
 * - `start`: start() or open()
 * - `load`: loadPlugin() or register()
 * - `unload`, `enable`, `disable`, `reload`: the function of that name, or setEnabled()
 * - `config`: config.toml, the file of a plugin or registry.json says so
 * - `watch`: a folder of plugins has changed
 * - `deadline`: a handler exceeds its deadline, or has returned at last
 * - `crash`: the plugin has ended a process that started it
 * - `close`: close()
 */
export type ChangeCause =
  | 'discover'
  | 'start'
  | 'wake'
  | 'load'
  | 'unload'
  | 'enable'
  | 'disable'
  | 'reload'
  | 'config'
  | 'watch'
  | 'deadline'
  | 'crash'
  | 'close';

/** One step in the life of a plugin. */
export interface LifecycleChange {
  /** Id of the plugin. */
  readonly id: string;
  readonly from: Phase;
  readonly to: Phase;
  /** Why; always there when `to` is a failure. */
  readonly reason: AisopodError | null;
  /** What asked for it. */
  readonly cause: ChangeCause;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

// A plugin that crashes and restarts all day must not fill the memory of the host.
const HISTORY_LIMIT = 64;

/** The state machine of one plugin: where it stands, since when, why, and how it came there. */
export class Lifecycle {
  readonly id: string;
  readonly #cause: () => ChangeCause;
  readonly #listener: (change: LifecycleChange) => void;
  /** A new one with each change: an array that grows in place holds room for many more. */
  #history: readonly LifecycleChange[] = [];
  #phase: Phase = 'discovered';
  #reason: AisopodError | null = null;
  #since = Date.now();

  /**
   * @param id of the plugin, or of its folder while the id is not known
   * @param cause what asks for changes now
   * @param listener receives each change, after it was made
   */
  constructor(id: string, cause: () => ChangeCause, listener: (change: LifecycleChange) => void) {
    this.id = id;
    this.#cause = cause;
    this.#listener = listener;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Why the plugin stands where it stands; null when nothing is to be said. */
  get reason(): AisopodError | null {
    return this.#reason;
  }

  /** When the plugin came into this phase, in milliseconds since the epoch. */
  get since(): number {
    return this.#since;
  }

  /** The newest 64 changes, oldest first. */
  get history(): readonly LifecycleChange[] {
    return this.#history;
  }

  /** Whether `phase` may come next. */
  can(phase: Phase): boolean {
    return nextPhases(this.#phase).includes(phase);
  }

  /**
   * Goes to `phase`.
   * @param reason why; needed for a failure
   * @param cause what asked for it, if not what asks for all changes now
   * @throws AisopodError INTERNAL when the table has no such step, or a failure has no reason
   */
  to(phase: Phase, reason: AisopodError | null = null, cause = this.#cause()): void {
    const from = this.#phase;
    if (!this.can(phase)) {
      const legal = nextPhases(from).join(', ') || 'nothing';
      throw new AisopodError(
        'INTERNAL',
        `Plugin ${this.id} cannot go from ${from} to ${phase}; from ${from} it can go to ${legal}.`,
        { details: { plugin: this.id, from, to: phase } },
      );
    }
    if (reason === null && isFailure(phase)) {
      throw new AisopodError(
        'INTERNAL',
        `Plugin ${this.id} was sent from ${from} to ${phase} without a reason.`,
        { details: { plugin: this.id, from, to: phase } },
      );
    }
    const change: LifecycleChange = { id: this.id, from, to: phase, reason, cause, at: Date.now() };
    this.#phase = phase;
    this.#reason = reason;
    this.#since = change.at;
    this.#history = [...this.#history.slice(1 - HISTORY_LIMIT), change];
    this.#listener(change);
  }
}
