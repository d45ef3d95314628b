import { AisopodError } from '../../base/errors/index.js';
import { type Limits, Redactor } from '../../config/index.js';
import { Generation, type Loader } from '../../instance/index.js';
import type { DiscoveredPlugin } from '../../packages/discovery/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { HostEventEmitter } from '../host-event-emitter.js';
import { Lifecycle, type LifecycleChange } from './lifecycle.js';
import type { Phase } from './phases.js';
import type { PluginInfo } from './plugin-info.js';
import { enterProcess } from './process-instances.js';

/** What is particular about a plugin that is code of the host's own program. */
export interface Embedded {
  readonly loader: Loader;
  /** Whether it says what it will register. */
  readonly listsCapabilities: boolean;
  /** At most one instance with its id is alive in this process. */
  readonly single: boolean;
}

/** Why a start is aborted: the reason that the plugin's shutdown receives. */
export type AbortReason = 'unload' | 'close';

const NOTHING_SECRET = new Redactor();
const NEVER = new AbortController().signal;

/** What the host keeps about one finding of a scan, from discovery to the end. */
export class PluginRecord {
  readonly found: DiscoveredPlugin;
  readonly lifecycle: Lifecycle;
  readonly warnings: AisopodError[];
  /** Dependency level, once it has been planned. */
  level = 0;
  /** The newest one, from the begin of its start on; also when it has ended. null: it never started. */
  generation: Generation | null = null;
  /** Its instance is there, and its shutdown has not begun. */
  isAlive = false;
  readonly #events: HostEventEmitter;
  #start: AbortController | null = null;
  #abortedFor: AbortReason | null = null;
  #leave: (() => void) | undefined;

  constructor(
    found: DiscoveredPlugin,
    events: HostEventEmitter,
    /** null: it was found by a scan. */
    readonly embedded: Embedded | null = null,
  ) {
    this.found = found;
    this.#events = events;
    this.warnings = [...found.warnings];
    this.lifecycle = new Lifecycle(found.id ?? found.path, (change) => {
      this.#follow(change);
      events.emit('phase', change);
    });
  }

  /** The id, or the path of what has none. */
  get name(): string {
    return this.lifecycle.id;
  }

  get phase(): Phase {
    return this.lifecycle.phase;
  }

  /** Takes the secrets of its configuration out of what it says. */
  get redactor(): Redactor {
    return this.generation?.redactor ?? NOTHING_SECRET;
  }

  /** Another run of it begins, which takes no calls yet. */
  beginGeneration(limits: Limits): Generation {
    const number = (this.generation?.number ?? 0) + 1;
    this.generation = new Generation({ plugin: this.name, number, limits }, () => this.refusal());
    return this.generation;
  }

  /** @throws AisopodError INTERNAL when none was begun */
  get startedGeneration(): Generation {
    if (this.generation !== null) return this.generation;
    throw new AisopodError('INTERNAL', `Plugin ${this.name} was never started.`);
  }

  /** Why it takes no calls where it stands. */
  refusal(state: Phase = this.phase): AisopodError {
    const { name } = this;
    const details = { plugin: name, state };
    return state === 'disabled'
      ? new AisopodError('PLUGIN_DISABLED', `Plugin ${name} is switched off.`, { details })
      : new AisopodError('PLUGIN_NOT_ACTIVE', `Plugin ${name} takes no calls now.`, { details });
  }

  /** Calls are taken where it is active, or stuck: it may still serve what need not wait. */
  #follow({ to }: LifecycleChange): void {
    const refusal = () => this.refusal(to);
    if (to === 'active') this.generation?.open();
    else if (to === 'disabled') this.generation?.switchOff(refusal);
    else if (to !== 'stuck') this.generation?.shut(refusal);
  }

  /** Whether it is on its way from being found to being active. */
  get isStarting(): boolean {
    return this.#start !== null;
  }

  /** From now on it is being started; the signal says that it is no longer wanted. */
  beginStart(): void {
    this.#start = new AbortController();
    this.#abortedFor = null;
  }

  /** It has become active, or failed. */
  endStart(): void {
    this.#start = null;
  }

  /** If it is being started, it is to be ended instead; the first reason counts. */
  abortStart(reason: AbortReason): void {
    this.#abortedFor ??= reason;
    const text =
      reason === 'close'
        ? `The host closed while plugin ${this.name} started.`
        : `Plugin ${this.name} was unloaded while it started.`;
    this.#start?.abort(new AisopodError('PLUGIN_NOT_ACTIVE', text));
  }

  /** For its shutdown, when its start is aborted. */
  get abortReason(): AbortReason {
    return this.#abortedFor ?? 'unload';
  }

  /** Aborted when it is no longer wanted, while it is being started. */
  get startSignal(): AbortSignal {
    return this.#start?.signal ?? NEVER;
  }

  /** Why its start is to be undone; null: it is wanted. */
  get startAborted(): AisopodError | null {
    return this.#start?.signal.aborted === true
      ? (this.#start.signal.reason as AisopodError)
      : null;
  }

  /** @throws AisopodError INTERNAL when there is none: only what failed_manifest has none */
  get manifest(): PluginManifest {
    if (this.found.manifest !== null) return this.found.manifest;
    throw new AisopodError('INTERNAL', `${this.found.path} has no manifest that could be used.`);
  }

  /**
   * Its instance counts as alive in this process, until leaveProcess().
   * @param home of its host
   * @throws AisopodError INSTANCE_LIMIT
   */
  enterProcess(home: string): void {
    const { id, version } = this.manifest.plugin;
    const single = this.embedded?.single ?? false;
    const where = this.embedded === null ? this.found.path : 'its program';
    const text = `plugin ${id} ${version} from ${where}, in the host of ${home}`;
    this.#leave = enterProcess({ id, single, text });
  }

  leaveProcess(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  warn(warning: AisopodError): void {
    const shown = this.redactor.error(warning);
    this.warnings.push(shown);
    this.#events.emit('warning', this.name, shown);
  }

  info(tools: readonly string[]): PluginInfo {
    const { found, lifecycle, generation } = this;
    const { reason } = lifecycle;
    return {
      id: found.id,
      name: found.manifest?.plugin.name ?? null,
      version: found.manifest?.plugin.version ?? null,
      state: lifecycle.phase,
      reason: reason?.message ?? null,
      error: reason?.toJSON() ?? null,
      warnings: this.warnings.map((warning) => warning.toJSON()),
      path: found.path,
      loader: found.manifest?.runtime.loader ?? null,
      tools,
      entry: found.entry?.real ?? null,
      origin: found.origin.origin,
      manifest: found.manifest,
      library: generation?.library ?? null,
      timings: {
        ...(generation?.openMs === undefined ? {} : { open: generation.openMs }),
        ...generation?.instance?.timings,
      },
      history: lifecycle.history,
    };
  }
}
