import { hash } from 'node:crypto';
import type { RawRegistration } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import { jsonText } from '../../base/json/index.js';
import { type Redactor, type ResolvedConfig, textWithoutSecrets } from '../../config/index.js';
import type { Generation, PluginInstance } from '../../instance/index.js';
import { findHook, START_HOOKS } from '../../kinds/hooks/index.js';
import { KIND_DEFINITIONS } from '../../kinds/index.js';
import type { FolderContents } from '../../packages/discovery/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { PluginBatch } from '../../registry/index.js';
import type { HostCore } from '../host-core.js';
import { compareCapabilities } from '../plugins/capabilities.js';
import type { Plugin } from '../plugins/plugin.js';
import { differenceOf } from './difference.js';
import { type KnownRegistered, KnownRegistrations, type Learned } from './known-registrations.js';
import { type Registered, registeredBy } from './registered.js';

/** What a plugin has just registered, and what the host made of it. */
export interface JustRegistered {
  readonly raws: readonly RawRegistration[];
  readonly instance: PluginInstance;
  readonly batch: PluginBatch;
}

/** A run of a plugin that is on its way. */
interface Run {
  readonly contents: FolderContents;
  /** Which it starts with. */
  readonly config: ResolvedConfig;
  registered: RunRegistered | null;
}

/** What a run has registered, without the run itself, which may end before the host keeps this. */
interface RunRegistered extends Pick<Learned, 'aliases' | 'isPlain'> {
  readonly raws: readonly RawRegistration[];
  readonly said: Pick<PluginInstance, 'subscriptions' | 'warnings'>;
}

/** What a plugin registered before, and the configuration that it had then. */
export interface Remembered {
  readonly known: KnownRegistered;
  readonly config: ResolvedConfig;
}

/** Remembers what on-demand plugins register, so that they need not be opened to be known. */
export class RegistrationMemory {
  readonly #known: KnownRegistrations;
  /** Of other runs, nothing is remembered. */
  readonly #runs = new WeakMap<Generation, Run>();
  /** What stands for plugins until they are needed. */
  readonly #standIns = new WeakMap<Plugin, Remembered>();
  readonly #asBefore = new WeakSet<Generation>();

  constructor({ home, facts }: HostCore) {
    this.#known = new KnownRegistrations(home, facts);
  }

  /**
   * What an on-demand plugin registered, if nothing has changed that the host knows it to depend on.
   * @throws AisopodError of the configuration group
   */
  recall({ name, upcoming }: Plugin, { config: configs }: HostCore): Remembered | null {
    const { contents, path } = upcoming.found;
    if (contents === null || !isOnDemand(upcoming) || !this.#known.has(path)) return null;
    const config = configs.resolve(name, upcoming.manifest);
    const known = this.#known.recall(path, keyOf(contents, config));
    return known && { known, config };
  }

  /** What it registered before stands for a plugin until it is needed. */
  standsFor(plugin: Plugin, remembered: Remembered): void {
    this.#standIns.set(plugin, remembered);
  }

  /** A run of a plugin begins. @param config which it starts with */
  begins({ upcoming }: Plugin, generation: Generation, config: ResolvedConfig): void {
    const { contents, path } = upcoming.found;
    if (contents === null || !isOnDemand(upcoming)) this.#known.forget(path);
    else this.#runs.set(generation, { contents, config, registered: null });
  }

  /** A run has registered. */
  registered(generation: Generation, { raws, instance, batch }: JustRegistered): void {
    const run = this.#runs.get(generation);
    if (run === undefined) return;
    const { entries, leftOut } = batch;
    const { subscriptions = [], warnings } = instance;
    run.registered = {
      raws,
      said: { subscriptions, warnings },
      aliases: entries.map(({ aliases }) => aliases),
      isPlain: leftOut.length === 0 && batch.warnings.length === 0 && !entries.some(readsFile),
    };
  }

  /**
   * A run is initialised: remembers what it registered, for the next start. Warns if something else has stood
   * for the plugin until now.
   */
  learn(plugin: Plugin, generation: Generation): void {
    const run = this.#runs.get(generation);
    const registered = run?.registered ?? null;
    this.#runs.delete(generation);
    if (run === undefined || registered === null) return;
    const { contents, config } = run;
    const { redactor } = generation;
    const { manifest, found } = plugin.upcoming;
    if (plugin.isDormant) this.#compare(plugin, generation, registered, keyOf(contents, config));
    this.#known.learn(found.path, () => {
      const learned = learnedFrom(registered, manifest, redactor);
      return learned && { key: keyOf(contents, config), learned };
    });
  }

  /** Whether a run has registered what stood for the plugin before. */
  isAsBefore(generation: Generation): boolean {
    return this.#asBefore.has(generation);
  }

  /** A plugin has not started, so that it is tried at the next start, unless its start was aborted. */
  failed({ found, startAborted }: Plugin, cause: unknown): void {
    if (cause !== startAborted) this.#known.forget(found.path);
  }

  keep(): Promise<void> {
    return this.#known.keep();
  }

  #compare(
    plugin: Plugin,
    generation: Generation,
    { raws, said }: RunRegistered,
    key: string,
  ): void {
    const before = this.#standIns.get(plugin);
    const difference =
      before === undefined ? null : differenceOf(before.known, registeredBy(raws, said));
    if (before === undefined || difference === null) {
      this.#asBefore.add(generation);
      return;
    }
    const { contents } = plugin.upcoming.found;
    // With another configuration, or as another build, it may register something else.
    if (contents === null || keyOf(contents, before.config) !== key) return;
    plugin.warn(changedWarning(plugin.name, difference), generation);
  }
}

function changedWarning(id: string, difference: string): AisopodError {
  return new AisopodError(
    'REGISTRATIONS_CHANGED',
    `Plugin ${id} registers otherwise than when it started last: ${difference}. ` +
      'Its author can set activation = "startup" under [runtime], so that each start lets it register.',
    { details: { plugin: id } },
  );
}

/** Whether the plugin lets the host start it when it is needed. */
function isOnDemand({ embedded, manifest: { runtime } }: Plugin['upcoming']): boolean {
  return embedded === null && runtime.loader === 'native' && runtime.activation === 'on-demand';
}

/** Whether a part of the spec is what a file says. */
function readsFile({ kind, spec }: PluginBatch['entries'][number]): boolean {
  return KIND_DEFINITIONS.get(kind)?.readsFile?.(spec) === true;
}

/** What the registrations of a plugin depend on, as far as the host knows. */
function keyOf({ digest }: FolderContents, config: ResolvedConfig): string {
  const text = textWithoutSecrets(config);
  return text === '{}' ? digest : `${digest} ${hash('sha256', text, 'base64url')}`;
}

/** null: the plugin is to start at each start, or a secret of its configuration is in what it registered. */
function learnedFrom(
  { raws, said, aliases, isPlain }: RunRegistered,
  manifest: PluginManifest,
  redactor: Redactor,
): Learned | null {
  const registered = registeredBy(raws, said);
  if (registered.registrations.some(isStartHook)) return null;
  if (redactor.active) {
    const text = jsonText(registered);
    if (redactor.text(text) !== text) return null;
  }
  const isAsListed = compareCapabilities(manifest, raws, said.warnings) === null;
  return { ...registered, aliases, isPlain, isAsListed };
}

/** A callback of such a hook is needed at each start. */
function isStartHook({ kind, name }: Registered['registrations'][number]): boolean {
  const hook = kind === 'hook' ? findHook(name) : undefined;
  return hook !== undefined && START_HOOKS.has(hook);
}
