import { AisopodError } from '../../base/errors/index.js';
import { type Limits, Redactor } from '../../config/index.js';
import { Generation } from '../../instance/index.js';
import type { DiscoveredPlugin } from '../../packages/discovery/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { HostEventEmitter } from '../host-event-emitter.js';
import type { Embedded, Finding } from './finding.js';
import { type ChangeCause, Lifecycle, type LifecycleChange } from './lifecycle.js';
import { isFailure, type Phase } from './phases.js';
import { enterProcess } from './process-instances.js';

/** Why a start or a reload is aborted: the reason that the plugin's shutdown receives. */
export type AbortReason = 'unload' | 'close';

/** What has let a plugin start that had waited until it was needed. */
export interface Woken {
  /** What was called, or what happened: `tool add`, `event chat.message`, `plugin other`. */
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a generation on its way is made of. */
interface Upcoming extends Finding {
  readonly manifest: PluginManifest;
}

/** Phases of a dormant plugin in which its calls wait for it. */
const WAKING: ReadonlySet<Phase> = new Set<Phase>(['loaded', 'registered', 'initialised']);

const NOTHING_SECRET = new Redactor();
const NEVER = new AbortController().signal;

/**
 * A plugin of a host, from the first time that it is found until the host forgets it. A finding is
 * where it lies, a generation is one run of it; both may change while the plugin stays.
 */
export class Plugin {
  /** The id, or the path of what has none. */
  readonly name: string;
  readonly lifecycle: Lifecycle;
  /** Dependency level, once it has been planned. */
  level = 0;
  /** It is known from an earlier start to have a say in which tool calls are allowed. */
  isGuard = false;
  readonly #events: HostEventEmitter;
  #used: Finding;
  /** What the generation on its way was made of; null: of what is used. */
  #upcoming: Finding | null = null;
  /** What `upcoming` gave last. */
  #given: { readonly of: Finding; readonly upcoming: Upcoming } | null = null;
  #isReloading = false;
  #woken: Woken | null = null;
  /** Warnings about the generation on its way, while another one serves. */
  #nextWarnings: AisopodError[] = [];
  #warnings: AisopodError[] = [];
  /** How many runs of it have begun. */
  #begun = 0;
  #next: Generation | null = null;
  #current: Generation | null = null;
  /** The one that ended last. */
  #ended: Generation | null = null;
  #isStarting = false;
  /** Made for the first that asks for its signal: most starts end without one. */
  #start: AbortController | null = null;
  #startAborted: AisopodError | null = null;
  #abortedFor: AbortReason | null = null;

  /**
   * @param name as the member
   * @param used the finding that the host uses
   * @param cause what asks for changes of plugins now
   */
  constructor(name: string, used: Finding, events: HostEventEmitter, cause: () => ChangeCause) {
    this.name = name;
    this.#events = events;
    this.#used = used;
    this.#warnings = [...used.found.warnings];
    // Each plugin takes many steps, so what is true of few is asked last, here and in #follow().
    const causeNow = () => {
      if (this.#startAborted !== null) return this.abortReason;
      return this.#current !== null && this.#isStarting && this.isDormant ? 'wake' : cause();
    };
    this.lifecycle = new Lifecycle(name, causeNow, (change) => {
      this.#follow(change);
      events.emit('phase', change);
    });
  }

  get phase(): Phase {
    return this.lifecycle.phase;
  }

  /** Where it lies: of several findings, the one that the host uses. */
  get found(): DiscoveredPlugin {
    return this.#used.found;
  }

  /** null: its code lies on the disk. */
  get embedded(): Embedded | null {
    return this.#used.embedded;
  }

  /** What the generation on its way is made of. @throws AisopodError INTERNAL as `manifest` */
  get upcoming(): Upcoming {
    const of = this.#upcoming ?? this.#used;
    if (this.#given?.of !== of) {
      const { found, embedded } = of;
      this.#given = { of, upcoming: { found, embedded, manifest: manifestOf(found) } };
    }
    return this.#given.upcoming;
  }

  /** Uses another finding from now on. Only while no generation of it is alive. */
  use(finding: Finding): void {
    this.#used = finding;
    this.#warnings = [...finding.found.warnings];
    if (this.phase !== 'discovered') this.lifecycle.to('discovered');
  }

  /** The same plugin is found elsewhere or with other warnings from now on; what runs, runs on. */
  relocate(finding: Finding): void {
    const { warnings } = this.found;
    const own = this.#warnings.filter((each) => !warnings.includes(each));
    this.#used = finding;
    this.#warnings = [...finding.found.warnings, ...own];
  }

  get warnings(): readonly AisopodError[] {
    return this.#warnings;
  }

  /** The generation that serves, or could as soon as the plugin is switched on; null: none. */
  get current(): Generation | null {
    return this.#current;
  }

  /** The generation that is on its way to serving; null: none. */
  get next(): Generation | null {
    return this.#next;
  }

  /** The generation that serves; else the one on its way, else the last that ended. */
  get newest(): Generation | null {
    return this.#current ?? this.#next ?? this.#ended;
  }

  /** Its instance is there, and its shutdown has not begun. */
  get isAlive(): boolean {
    return (this.#current ?? this.#next)?.isAlive === true;
  }

  /** What it registered earlier is there, and nothing of it is open until it is needed. */
  get isDormant(): boolean {
    return this.#current?.isDormant === true;
  }

  /** It runs, or waits until it is needed; also where it is switched off. */
  get isThere(): boolean {
    return this.isAlive || this.isDormant;
  }

  /** Where it stands while it is switched on: before it is needed, or when it runs. */
  get serving(): 'registered' | 'active' {
    return this.isDormant ? 'registered' : 'active';
  }

  /** Its calls are taken: it runs, or its first call starts it. */
  get isServing(): boolean {
    const { phase } = this;
    return phase === 'active' || phase === 'stuck' || (WAKING.has(phase) && this.isDormant);
  }

  /** Takes the secrets of its configuration out of what it says. */
  get redactor(): Redactor {
    return this.newest?.redactor ?? NOTHING_SECRET;
  }

  /** Another run of it begins, which takes no calls until the plugin is active. */
  beginGeneration(limits: Limits): Generation {
    this.#begun += 1;
    const of = { plugin: this.name, number: this.#begun, limits };
    this.#next = new Generation(of, () => this.refusal());
    return this.#next;
  }

  /** What has let it start after it had waited; null: it never waited, or waits. */
  get woken(): Woken | null {
    return this.#woken;
  }

  /** While it is dormant: it is made of another finding when it wakes. */
  wakeAs(finding: Finding): void {
    this.#used = finding;
  }

  /** It is needed, so its start begins. @param by what is called, or what happened, for people */
  wake(by: string): void {
    this.#nextWarnings = [];
    this.#woken = { by, at: Date.now() };
  }

  /**
   * What it registered earlier stands for it, until it is needed.
   * @param isGuard it has a say in which tool calls are allowed
   */
  fallAsleep(limits: Limits, isGuard: boolean): Generation {
    const of = { plugin: this.name, number: 0, limits };
    this.#woken = null;
    this.isGuard = isGuard;
    this.#current = new Generation(of, () => this.refusal());
    return this.#current;
  }

  /**
   * As beginGeneration(), while another generation serves.
   * @param finding what the new one is made of, and the plugin uses when it serves
   */
  beginReload(limits: Limits, finding: Finding): Generation {
    this.beginStart();
    this.#isReloading = true;
    this.#upcoming = finding;
    this.#nextWarnings = [];
    return this.beginGeneration(limits);
  }

  /** The reload has come to its end, well or not. */
  endReload(): void {
    this.endStart();
    this.#isReloading = false;
    this.#upcoming = null;
  }

  /** A generation is on its way while another one serves, or has just ended for it. */
  get isReloading(): boolean {
    return this.#isReloading;
  }

  /** The generation on its way has come so far. */
  reached(phase: Phase): void {
    if (!this.#isReloading) this.lifecycle.to(phase);
  }

  /** A generation has ended, and takes no calls ever again. */
  endGeneration(generation: Generation): void {
    if (this.#next === generation) this.#next = null;
    if (this.#current === generation) this.#current = null;
    this.#ended = generation;
  }

  /** Why it takes no calls where it stands. */
  refusal(state: Phase = this.phase): AisopodError {
    const { name } = this;
    const details = { plugin: name, state };
    if (state === 'disabled') {
      return new AisopodError('PLUGIN_DISABLED', `Plugin ${name} is switched off.`, { details });
    }
    const { reason } = this.lifecycle;
    if (!isFailure(state) || reason === null) {
      const text = `Plugin ${name} takes no calls now.`;
      return new AisopodError('PLUGIN_NOT_ACTIVE', text, { details });
    }
    const { code, message } = reason;
    const text = `Plugin ${name} takes no calls, since it is ${state} (${code}): ${message}`;
    return new AisopodError('PLUGIN_NOT_ACTIVE', text, {
      details: { ...details, code },
      cause: reason,
    });
  }

  /** Calls are taken where it is active, or stuck: it may still serve what need not wait. */
  #follow({ to }: LifecycleChange): void {
    if (to === 'active') this.#serve()?.open();
    else if (to === 'draining' && this.#isReloading)
      return; // new calls wait at its gate
    else if (this.#current !== null && this.isDormant && WAKING.has(to)) this.#current?.open();
    else if (to === 'disabled') this.newest?.switchOff(this.#refusalIn(to));
    else if (to !== 'stuck') this.newest?.shut(this.#refusalIn(to));
  }

  #refusalIn(state: Phase): () => AisopodError {
    return () => this.refusal(state);
  }

  /** The next generation, if there is one, takes the place of the current one. */
  #serve(): Generation | null {
    if (this.#next === null) return this.#current;
    const wasDormant = this.isDormant;
    if (wasDormant) this.#current?.retire(() => this.refusal());
    this.#current = this.#next;
    this.#next = null;
    if (this.#upcoming !== null) this.#used = this.#upcoming;
    if (this.#upcoming !== null || wasDormant) {
      this.#warnings = [...this.#used.found.warnings, ...this.#nextWarnings];
    }
    return this.#current;
  }

  /** Whether it is on its way from being found to being active. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** From now on it is being started; the signal says that it is no longer wanted. */
  beginStart(): void {
    this.endStart();
    this.#isStarting = true;
    this.#abortedFor = null;
  }

  /** It has become active, or failed. */
  endStart(): void {
    this.#isStarting = false;
    this.#start = null;
    this.#startAborted = null;
  }

  /** If it is being started, it is to be ended instead; the first reason counts. */
  abortStart(reason: AbortReason): void {
    this.#abortedFor ??= reason;
    if (!this.#isStarting || this.#startAborted !== null) return;
    const doing = this.#isReloading ? 'was reloaded' : 'started';
    const text =
      reason === 'close'
        ? `The host closed while plugin ${this.name} ${doing}.`
        : `Plugin ${this.name} was unloaded while it ${doing}.`;
    this.#startAborted = new AisopodError('PLUGIN_NOT_ACTIVE', text);
    this.#start?.abort(this.#startAborted);
  }

  /** For its shutdown, when its start is aborted. */
  get abortReason(): AbortReason {
    return this.#abortedFor ?? 'unload';
  }

  /** Aborted when it is no longer wanted, while it is being started. */
  get startSignal(): AbortSignal {
    if (!this.#isStarting) return NEVER;
    if (this.#start === null) {
      this.#start = new AbortController();
      if (this.#startAborted !== null) this.#start.abort(this.#startAborted);
    }
    return this.#start.signal;
  }

  /** Why its start is to be undone; null: it is wanted. */
  get startAborted(): AisopodError | null {
    return this.#startAborted;
  }

  /** @throws AisopodError INTERNAL when there is none: only what failed_manifest has none */
  get manifest(): PluginManifest {
    return manifestOf(this.found);
  }

  /**
   * Counts a generation as alive in this process, until its leaveProcess().
   * @param home of its host
   * @throws AisopodError INSTANCE_LIMIT
   */
  enterProcess(generation: Generation, home: string): void {
    const { manifest, embedded, found } = this.upcoming;
    const { id, version } = manifest.plugin;
    const single = embedded?.single ?? false;
    const where = embedded === null ? found.path : 'its program';
    const text = `plugin ${id} ${version} from ${where}, in the host of ${home}`;
    generation.entered(enterProcess({ id, single, text }));
  }

  /** @param of the generation that it is about; default: the one on its way, else the newest */
  warn(warning: AisopodError, of: Generation | null = this.#next ?? this.newest): void {
    const shown = (of?.redactor ?? NOTHING_SECRET).error(warning);
    const isEarly = (this.#isReloading || this.isDormant) && of !== null && of === this.#next;
    (isEarly ? this.#nextWarnings : this.#warnings).push(shown);
    if (this.isDormant && isEarly && isAmong(shown, this.#warnings)) return;
    this.#events.emit('warning', this.name, shown);
  }
}

function isAmong({ code, message }: AisopodError, warnings: readonly AisopodError[]): boolean {
  return warnings.some((each) => each.code === code && each.message === message);
}

function manifestOf({ manifest, path }: DiscoveredPlugin): PluginManifest {
  if (manifest !== null) return manifest;
  throw new AisopodError('INTERNAL', `${path} has no manifest that could be used.`);
}
