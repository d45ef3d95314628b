import { AisopodError } from '../base/errors/index.js';
import type { Entry, PluginBatch, RegisteredPlugin, RegistryWarning } from './entry.js';
import { Epoch } from './epoch.js';
import { hasShortName, keyOf } from './names.js';
import { nameTaken, RegistrySnapshot } from './snapshot.js';

/** A short name, and a registration that would have it. */
interface Claim {
  readonly entry: Entry;
  readonly name: string;
}

/**
 * What all plugins registered. Changes are whole batches: all of a plugin's entries appear at once
 * or none does. Readers take a snapshot; a later change makes another one.
 */
export class Registry {
  readonly #batches = new Map<string, PluginBatch>();
  /** Who registered a name, by `kind:name`: what a commit needs to see clashes in linear time. */
  readonly #owners = new Map<string, Claim[]>();
  readonly #epoch: Epoch;
  #generation = 0;
  #snapshot: RegistrySnapshot | null = null;

  /** @param epoch advances with each change */
  constructor(epoch = new Epoch()) {
    this.#epoch = epoch;
  }

  /** The newest state. The same object until something changes. */
  get snapshot(): RegistrySnapshot {
    if (!this.#snapshot) {
      const sorted = [...this.#batches.values()].sort(byOwnership);
      const batches = new Map(sorted.map((batch) => [batch.plugin.id, batch]));
      this.#snapshot = new RegistrySnapshot(this.#generation, batches);
    }
    return this.#snapshot;
  }

  /** As RegistrySnapshot.get() of the newest state. */
  get(id: string, range = '*'): RegisteredPlugin | undefined {
    return this.snapshot.get(id, range);
  }

  /** As RegistrySnapshot.findByCapability() of the newest state. */
  findByCapability(capability: string): readonly RegisteredPlugin[] {
    return this.snapshot.findByCapability(capability);
  }

  /** As RegistrySnapshot.search() of the newest state. */
  search(text: string): readonly RegisteredPlugin[] {
    return this.snapshot.search(text);
  }

  /**
   * Adds what one plugin registered.
   * @returns the batch's own warnings, and NAME_TAKEN for each clash that it made: of a name of
   *   this plugin that another one owns, and of names of others that this plugin owns now
   * @throws AisopodError ALREADY_LOADED; the registry is then unchanged
   */
  commit(batch: PluginBatch): RegistryWarning[] {
    return this.commitAll([batch]);
  }

  /**
   * Adds what several plugins registered, in one step: all of it, or nothing. Which of them owns a
   * short name does not depend on the order here, nor on the order of commits.
   * @throws AisopodError ALREADY_LOADED; the registry is then unchanged
   */
  commitAll(batches: readonly PluginBatch[]): RegistryWarning[] {
    const ids = new Set<string>();
    for (const { plugin } of batches) {
      if (this.#batches.has(plugin.id) || ids.has(plugin.id)) {
        throw new AisopodError(
          'ALREADY_LOADED',
          `Plugin ${plugin.id} is registered already; unload or reload it.`,
          { details: { plugin: plugin.id } },
        );
      }
      ids.add(plugin.id);
    }
    if (batches.length === 0) return [];
    const clashes = new Set<Claim[]>();
    for (const batch of batches) {
      this.#batches.set(batch.plugin.id, batch);
      for (const entry of batch.entries) this.#claimAll(entry, clashes);
    }
    this.#changed();

    const warnings = batches.flatMap((batch) => batch.warnings);
    for (const owners of clashes) {
      owners.sort((a, b) => byOwnership(a.entry, b.entry));
      const [{ entry: owner }, ...others] = owners as [Claim, ...Claim[]];
      const isNew = ids.has(owner.plugin.id);
      for (const { entry, name } of others) {
        if (isNew || ids.has(entry.plugin.id)) warnings.push(nameTaken(entry, owner, name));
      }
    }
    return warnings;
  }

  /**
   * Takes away all that a plugin registered; its short names pass to the next owner.
   * @returns false when nothing of it was there
   */
  remove(pluginId: string): boolean {
    const batch = this.#batches.get(pluginId);
    if (!batch) return false;
    this.#batches.delete(pluginId);
    for (const entry of batch.entries) {
      for (const name of [entry.name, ...entry.aliases]) {
        const key = ownerKey(entry, name);
        const left = this.#owners.get(key)?.filter((owner) => owner.entry !== entry);
        if (left && left.length > 0) this.#owners.set(key, left);
        else this.#owners.delete(key);
      }
    }
    this.#changed();
    return true;
  }

  /** Adds to `clashes` who would have a name of an entry, where that is more than one. */
  #claimAll(entry: Entry, clashes: Set<Claim[]>): void {
    if (!hasShortName(entry.kind)) return;
    this.#claim(entry, entry.name, clashes);
    entry.aliases.forEach((alias) => {
      this.#claim(entry, alias, clashes);
    });
  }

  #claim(entry: Entry, name: string, clashes: Set<Claim[]>): void {
    const key = ownerKey(entry, name);
    const owners = this.#owners.get(key);
    if (owners === undefined) {
      this.#owners.set(key, [{ entry, name }]);
      return;
    }
    owners.push({ entry, name });
    clashes.add(owners);
  }

  #changed(): void {
    this.#generation += 1;
    this.#snapshot = null;
    this.#epoch.advance();
  }
}

function ownerKey({ kind }: Entry, name: string): string {
  return `${kind}:${keyOf(kind, name)}`;
}

/** The order of owning: dependency level, then id. */
function byOwnership(a: Pick<Entry, 'plugin'>, b: Pick<Entry, 'plugin'>): number {
  if (a.plugin.level !== b.plugin.level) return a.plugin.level - b.plugin.level;
  if (a.plugin.id === b.plugin.id) return 0;
  return a.plugin.id < b.plugin.id ? -1 : 1;
}
