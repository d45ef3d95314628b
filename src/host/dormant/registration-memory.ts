import { hash } from 'node:crypto';
import type { RawRegistration } from '../../abi/index.js';
import { AisopodError } from '../../base/errors/index.js';
import { jsonText } from '../../base/json/index.js';
import { type ResolvedConfig, textWithoutSecrets } from '../../config/index.js';
import type { Generation, PluginInstance } from '../../instance/index.js';
import { findHook, START_HOOKS } from '../../kinds/hooks/index.js';
import type { FolderContents } from '../../packages/discovery/index.js';
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

/** What a plugin registered before, and the configuration that it had then. */
export interface Remembered {
  readonly known: KnownRegistered;
  readonly config: ResolvedConfig;
}

/** Remembers what on-demand plugins register, so that they need not be opened to be known. */
export class RegistrationMemory {
  readonly #known: KnownRegistrations;
  /** What the registrations of runs depend on; of others, nothing is remembered. */
  readonly #keys = new WeakMap<Generation, string>();
  readonly #registered = new WeakMap<Generation, JustRegistered>();
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
    else this.#keys.set(generation, keyOf(contents, config));
  }

  /** A run has registered. */
  registered(generation: Generation, registered: JustRegistered): void {
    if (this.#keys.has(generation)) this.#registered.set(generation, registered);
  }

  /**
   * A run is initialised: remembers what it registered, for the next start. Warns if something else has stood
   * for the plugin until now.
   */
  learn(plugin: Plugin, generation: Generation): void {
    const { path } = plugin.upcoming.found;
    const key = this.#keys.get(generation);
    const just = this.#registered.get(generation);
    this.#registered.delete(generation);
    if (key === undefined || just === undefined) return;
    const registered = registeredBy(just.raws, just.instance);
    if (plugin.isDormant) this.#compare(plugin, generation, { registered, key });
    const { manifest } = plugin.upcoming;
    const isAsListed = compareCapabilities(manifest, just.raws, just.instance.warnings) === null;
    const learned = learnedFrom(registered, just.batch, isAsListed, generation);
    if (learned === null) this.#known.forget(path);
    else this.#known.learn(path, key, learned);
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
    { registered, key }: { readonly registered: Registered; readonly key: string },
  ): void {
    const before = this.#standIns.get(plugin);
    const difference = before === undefined ? null : differenceOf(before.known, registered);
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

/** What the registrations of a plugin depend on, as far as the host knows. */
function keyOf({ digest }: FolderContents, config: ResolvedConfig): string {
  const text = textWithoutSecrets(config);
  return text === '{}' ? digest : `${digest} ${hash('sha256', text, 'base64url')}`;
}

/** null: the plugin is to start at each start, or a secret of its configuration is in what it registered. */
function learnedFrom(
  registered: Registered,
  batch: PluginBatch,
  isAsListed: boolean,
  { redactor }: Generation,
): Learned | null {
  if (registered.registrations.some(isStartHook)) return null;
  const text = jsonText(registered);
  if (redactor.text(text) !== text) return null;
  const { entries, leftOut, warnings } = batch;
  return {
    ...registered,
    aliases: entries.map(({ aliases }) => aliases),
    isPlain: leftOut.length === 0 && warnings.length === 0,
    isAsListed,
  };
}

/** A callback of such a hook is needed at each start. */
function isStartHook({ kind, name }: Registered['registrations'][number]): boolean {
  const hook = kind === 'hook' ? findHook(name) : undefined;
  return hook !== undefined && START_HOOKS.has(hook);
}
