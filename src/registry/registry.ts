import type { Kind } from '../abi/index.js';
import { AisopodError } from '../base/errors/index.js';
import type { RegistryDelta } from './delta.js';
import type { Entry, PluginBatch, RegisteredPlugin, RegistryWarning } from './entry.js';
import { Epoch } from './epoch.js';
import type { NamePolicy } from './kind-definition.js';
import { hasShortName, keyOf } from './names.js';
import type { PluginRegistry } from './plugin-registry.js';
import { nameTaken, RegistrySnapshot } from './snapshot.js';

/** A change of what is registered. */
export interface RegistryChange {
  readonly remove?: readonly PluginBatch[];
  readonly add?: readonly PluginBatch[];
}

/** A short name, and a registration that would have it. */
interface Claim {
  readonly entry: Entry;
  readonly name: string;
}

/**
 * What all plugins registered. Changes are whole batches: all of a plugin's entries appear at once
 * or none does. Readers take a snapshot; a later change makes another one.
 */
export class Registry implements PluginRegistry {
  readonly #batches = new Map<string, PluginBatch>();
  /** Who registered a name, by kind and name: what a commit needs to see clashes in linear time. */
  readonly #owners = new Map<Kind, Map<string, Claim | Claim[]>>();
  readonly #names: NamePolicy;
  readonly #epoch: Epoch;
  readonly #changed: (delta: RegistryDelta) => void;
  #generation = 0;
  #snapshot: RegistrySnapshot | null = null;

  /**
   * @param names how names are judged and found, kind by kind
   * @param epoch advances with each change
   * @param changed receives each change when it has been made; must not change the registry
   */
  constructor(
    names: NamePolicy,
    epoch = new Epoch(),
    changed: (delta: RegistryDelta) => void = () => {},
  ) {
    this.#names = names;
    this.#epoch = epoch;
    this.#changed = changed;
  }

  /** The newest state. The same object until something changes. */
  get snapshot(): RegistrySnapshot {
    if (!this.#snapshot) {
      const sorted = [...this.#batches.values()].sort(byOwnership);
      const batches = new Map(sorted.map((batch) => [batch.id, batch]));
      this.#snapshot = new RegistrySnapshot(this.#generation, batches, this.#names);
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
   * Changes what is registered, in one step: readers see all of it, or nothing. Which plugin owns a
   * short name depends neither on the order here nor on that of changes.
   *
   * @param change remove: batches as they were added, whose short names pass to the next owner; one
   *   that is not there any more is ignored. add: of plugins of which nothing else stays
   * @returns the own warnings of what is added, and NAME_TAKEN for each clash that it made: of a name
   *   of it that another plugin owns, and of names of others that it owns now
   * @throws AisopodError ALREADY_LOADED; the registry is then unchanged
   */
  apply({ remove = [], add = [] }: RegistryChange): RegistryWarning[] {
    const removed = remove.filter((batch) => this.#batches.get(batch.id) === batch);
    const gone = new Set(removed.map(({ id }) => id));
    const ids = new Set<string>();
    for (const { id } of add) {
      if (ids.has(id) || (this.#batches.has(id) && !gone.has(id))) {
        throw new AisopodError(
          'ALREADY_LOADED',
          `Plugin ${id} is registered already; unload or reload it.`,
          { details: { plugin: id } },
        );
      }
      ids.add(id);
    }
    if (removed.length === 0 && add.length === 0) return [];
    for (const batch of removed) this.#remove(batch);
    const clashes = new Set<Claim[]>();
    for (const batch of add) {
      this.#batches.set(batch.id, batch);
      for (const entry of batch.entries) this.#claimAll(entry, clashes);
    }
    this.#generation += 1;
    this.#snapshot = null;
    this.#epoch.advance();
    this.#changed({ removed, added: add });
    return [...add.flatMap((batch) => batch.warnings), ...clashWarnings(clashes, ids)];
  }

  #remove(batch: PluginBatch): void {
    this.#batches.delete(batch.id);
    for (const entry of batch.entries) {
      const owners = this.#ownersOf(entry.kind);
      for (const name of [entry.name, ...entry.aliases]) {
        const key = keyOf(this.#names, entry.kind, name);
        const left = ownersWithout(entry, owners.get(key));
        if (left.length > 0) owners.set(key, left);
        else owners.delete(key);
      }
    }
  }

  /** Adds to `clashes` who would have a name of an entry, where that is more than one. */
  #claimAll(entry: Entry, clashes: Set<Claim[]>): void {
    if (!hasShortName(this.#names, entry.kind)) return;
    const owners = this.#ownersOf(entry.kind);
    this.#claim({ entry, name: entry.name }, owners, clashes);
    for (const name of entry.aliases) this.#claim({ entry, name }, owners, clashes);
  }

  #claim(claim: Claim, owners: Map<string, Claim | Claim[]>, clashes: Set<Claim[]>): void {
    const key = keyOf(this.#names, claim.entry.kind, claim.name);
    const before = owners.get(key);
    if (before === undefined) {
      owners.set(key, claim);
      return;
    }
    let all = before;
    if (Array.isArray(all)) all.push(claim);
    else {
      all = [all, claim];
      owners.set(key, all);
    }
    clashes.add(all);
  }

  #ownersOf(kind: Kind): Map<string, Claim | Claim[]> {
    let owners = this.#owners.get(kind);
    if (owners === undefined) {
      owners = new Map();
      this.#owners.set(kind, owners);
    }
    return owners;
  }
}

function ownersWithout(entry: Entry, owners: Claim | Claim[] | undefined): Claim[] {
  if (Array.isArray(owners)) return owners.filter((owner) => owner.entry !== entry);
  return owners === undefined || owners.entry === entry ? [] : [owners];
}

/** NAME_TAKEN for each name that a new plugin shares with another one. @param ids of the new ones */
function clashWarnings(clashes: ReadonlySet<Claim[]>, ids: ReadonlySet<string>): RegistryWarning[] {
  const warnings: RegistryWarning[] = [];
  for (const owners of clashes) {
    owners.sort((a, b) => byOwnership(a.entry.plugin, b.entry.plugin));
    const [{ entry: owner }, ...others] = owners as [Claim, ...Claim[]];
    const isNew = ids.has(owner.plugin.id);
    for (const { entry, name } of others) {
      if (isNew || ids.has(entry.plugin.id)) warnings.push(nameTaken(entry, owner, name));
    }
  }
  return warnings;
}

/** The order of owning: dependency level, then id. */
function byOwnership(a: Owner, b: Owner): number {
  if (a.level !== b.level) return a.level - b.level;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

type Owner = Pick<PluginBatch, 'id' | 'level'>;
