import satisfies from 'semver/functions/satisfies.js';
import { KINDS, type Kind } from '../abi/index.js';
import type { Entry, LeftOut, PluginBatch, RegisteredPlugin, RegistryWarning } from './entry.js';
import type { NamePolicy } from './kind-definition.js';
import { hasShortName, keyOf } from './names.js';
import type { PluginRegistrySnapshot } from './plugin-registry.js';
import { searchPlugins } from './search.js';
import { wireNames } from './wire-names.js';

interface KindTable {
  /** By owner (dependency level, then id), and within a plugin in its order of registration. */
  readonly entries: readonly Entry[];
  /** Full names, and each short name under its first owner. */
  readonly names: ReadonlyMap<string, Entry>;
  readonly warnings: readonly RegistryWarning[];
}

/**
 * Everything registered at one moment. It never changes, so whoever holds one reads it without a
 * lock and sees one state throughout. What takes a pass over all entries is made when first asked.
 */
export class RegistrySnapshot implements PluginRegistrySnapshot {
  /** Grows with every change of the registry. */
  readonly generation: number;
  readonly #batches: ReadonlyMap<string, PluginBatch>;
  readonly #names: NamePolicy;
  #byKind: ReadonlyMap<Kind, readonly Entry[]> | null = null;
  readonly #tables = new Map<Kind, KindTable>();
  readonly #wire = new Map<Kind, ReadonlyMap<string, string>>();

  /** @param batches by plugin id, in the order of ownership; must not change afterwards */
  constructor(generation: number, batches: ReadonlyMap<string, PluginBatch>, names: NamePolicy) {
    this.generation = generation;
    this.#batches = batches;
    this.#names = names;
    Object.freeze(this);
  }

  /** The registered plugins in the order in which they own short names. */
  get plugins(): readonly RegisteredPlugin[] {
    return Array.from(this.#batches.values(), (batch) => batch.plugin);
  }

  /**
   * The entry that a name means.
   * @param name `plugin-id:name` always works; the short name gives its first owner. An alias is a
   *   name too. Case counts, but for commands. Hooks, middleware and messages
   *   are not found by name
   */
  resolve(kind: Kind, name: string): Entry | undefined {
    return this.#table(kind).names.get(keyOf(this.#names, kind, name));
  }

  /** All entries of a kind: by dependency level, then plugin id, then order of registration. */
  list(kind: Kind): readonly Entry[] {
    return this.#table(kind).entries;
  }

  /** All that one plugin registered, as it was added. */
  batchOf(pluginId: string): PluginBatch | undefined {
    return this.#batches.get(pluginId);
  }

  /** What one plugin registered, in its order. */
  entriesOf(pluginId: string): readonly Entry[] {
    return this.#batches.get(pluginId)?.entries ?? [];
  }

  /**
   * What stands in the place of an entry that a plugin registered before it was reloaded.
   * @returns undefined: it registers nothing like it any more, or is gone; the entry itself where it is here
   */
  successorOf({ kind, name, ordinal, plugin }: Entry): Entry | undefined {
    return this.entriesOf(plugin.id).find(
      (each) => each.kind === kind && each.name === name && each.ordinal === ordinal,
    );
  }

  /**
   * Why a registration is not there that its plugin made, when the host cannot use a schema of it.
   * @param name `plugin-id:name`, or the short name
   */
  leftOut(kind: Kind, name: string): LeftOut | undefined {
    for (const { leftOut } of this.#batches.values()) {
      const found = leftOut.find(
        (each) => each.kind === kind && (each.fullName === name || each.name === name),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Every name that resolve() answers to for a kind; in lower case where case does not count. */
  names(kind: Kind): Iterable<string> {
    return this.#table(kind).names.keys();
  }

  /** The name of an entry of this snapshot on a wire without full names; `[A-Za-z0-9_-]{1,64}`. */
  wireName(entry: Entry): string {
    let names = this.#wire.get(entry.kind);
    if (!names) {
      names = wireNames(this.list(entry.kind));
      this.#wire.set(entry.kind, names);
    }
    return names.get(entry.fullName) ?? entry.name;
  }

  /** NAME_TAKEN for every plugin that does not own a short name that it registered. */
  warnings(): readonly RegistryWarning[] {
    return KINDS.flatMap((kind) => this.#table(kind).warnings);
  }

  /**
   * A registered plugin.
   * @param range semver; `*` takes any version, prereleases too
   */
  get(id: string, range = '*'): RegisteredPlugin | undefined {
    const plugin = this.#batches.get(id)?.plugin;
    if (!plugin) return undefined;
    return range === '*' || satisfies(plugin.version, range) ? plugin : undefined;
  }

  /**
   * Who provides something.
   * @param capability a kind (`tool`) or `kind:name` (`tool:calculate`)
   */
  findByCapability(capability: string): readonly RegisteredPlugin[] {
    const colon = capability.indexOf(':');
    const kind = colon < 0 ? capability : capability.slice(0, colon);
    const name = colon < 0 ? null : capability.slice(colon + 1);
    const provides = (entry: Entry) =>
      entry.kind === kind && (name === null || entry.name === name);
    return this.plugins.filter((plugin) => this.entriesOf(plugin.id).some(provides));
  }

  /** Plugins in which every word of `text` occurs, whatever the case; the best match first. */
  search(text: string): readonly RegisteredPlugin[] {
    return searchPlugins(text, this.#batches.values());
  }

  #table(kind: Kind): KindTable {
    let table = this.#tables.get(kind);
    if (!table) {
      this.#byKind ??= groupByKind(this.#batches.values());
      table = makeTable(kind, this.#byKind.get(kind) ?? [], this.#names);
      this.#tables.set(kind, table);
    }
    return table;
  }
}

function groupByKind(batches: Iterable<PluginBatch>): ReadonlyMap<Kind, readonly Entry[]> {
  const byKind = new Map<Kind, Entry[]>();
  for (const { entries } of batches) {
    for (const entry of entries) {
      const same = byKind.get(entry.kind);
      if (same === undefined) byKind.set(entry.kind, [entry]);
      else same.push(entry);
    }
  }
  return byKind;
}

function makeTable(kind: Kind, entries: readonly Entry[], policy: NamePolicy): KindTable {
  const names = new Map<string, Entry>();
  const warnings: RegistryWarning[] = [];
  for (const entry of hasShortName(policy, kind) ? entries : []) {
    for (const name of [entry.name, ...entry.aliases]) {
      names.set(keyOf(policy, kind, `${entry.plugin.id}:${name}`), entry);
      const key = keyOf(policy, kind, name);
      const owner = names.get(key);
      if (owner) warnings.push(nameTaken(entry, owner, name));
      else names.set(key, entry);
    }
  }
  return { entries: Object.freeze(entries), names, warnings };
}

/**
 * The warning that a name of `entry` has its full form only.
 * @param name its name or one of its aliases
 */
export function nameTaken(entry: Entry, owner: Entry, name: string): RegistryWarning {
  const { kind } = entry;
  const fullName = `${entry.plugin.id}:${name}`;
  return {
    code: 'NAME_TAKEN',
    plugin: entry.plugin.id,
    kind,
    name,
    message:
      `The ${kind} "${name}" of plugin ${entry.plugin.id} is available as ${fullName} only: ` +
      `the short name belongs to ${owner.fullName}.`,
    details: { owner: owner.plugin.id, fullName },
  };
}
