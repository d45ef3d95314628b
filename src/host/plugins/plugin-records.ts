import { AisopodError } from '../../base/errors/index.js';
import type { PluginRecord } from './plugin-record.js';

/** Plugins that were unloaded of which a host still says what became of them. */
const GONE_KEPT = 64;

/** All that a host has found, in the order of precedence. */
export class PluginRecords {
  #all: readonly PluginRecord[] = [];
  /** What find() answers; it is asked for every call. */
  #byId = new Map<string, PluginRecord>();

  get all(): readonly PluginRecord[] {
    return this.#all;
  }

  /** Those that run; what was switched off doesn't. */
  get running(): readonly PluginRecord[] {
    return this.#all.filter(({ phase }) => phase === 'active' || phase === 'stuck');
  }

  /** Those that the program itself brought. */
  get embedded(): readonly PluginRecord[] {
    return this.#all.filter(({ embedded }) => embedded !== null);
  }

  /** Of several with that id, the one that is not shadowed. */
  find(id: string): PluginRecord | undefined {
    return this.#byId.get(id);
  }

  /** As find(), or what has no id and was found at that path. */
  named(name: string): PluginRecord | undefined {
    return (
      this.find(name) ?? this.#all.find((each) => each.found.id === null && each.name === name)
    );
  }

  /** Why plugins that have an id, and are none of `records`, do not run. */
  notRunning(records: readonly PluginRecord[]): Map<string, AisopodError> {
    const ids = new Set(records.map(({ name }) => name));
    const reasons = new Map<string, AisopodError>();
    for (const { found, phase, lifecycle } of this.#all) {
      const { id } = found;
      if (id === null || ids.has(id) || reasons.has(id)) continue;
      const code = phase === 'disabled' ? 'PLUGIN_DISABLED' : 'PLUGIN_NOT_ACTIVE';
      reasons.set(id, lifecycle.reason ?? new AisopodError(code, `Plugin ${id} is ${phase}.`));
    }
    return reasons;
  }

  replaceAll(records: readonly PluginRecord[]): void {
    this.#all = [...records];
    this.#byId = new Map();
    for (const record of records) {
      const { id } = record.found;
      const known = id === null ? undefined : this.#byId.get(id);
      if (id !== null && (!known || isShadowed(known))) this.#byId.set(id, record);
    }
  }

  /** Forgets plugins that were unloaded, but for the newest. */
  forgetGone(): void {
    const gone = this.#all.filter(isGone).slice(0, -GONE_KEPT);
    if (gone.length === 0) return;
    const forgotten = new Set(gone);
    this.replaceAll(this.#all.filter((record) => !forgotten.has(record)));
  }

  /**
   * Adds a finding. What was found earlier in that folder or under that id, and failed or was ended,
   * makes room for it.
   * @throws AisopodError ALREADY_LOADED when a plugin with its id is alive
   */
  add(record: PluginRecord): void {
    const { id, path } = record.found;
    const before = id === null ? undefined : this.find(id);
    if (before !== undefined && !makesRoom(before)) {
      throw new AisopodError(
        'ALREADY_LOADED',
        `A plugin ${id} is there already, from ${before.found.path}. Unload it first.`,
        { details: { plugin: id, path: before.found.path } },
      );
    }
    const stays = (each: PluginRecord) =>
      each !== before && (each.found.path !== path || !makesRoom(each));
    this.replaceAll([...this.#all.filter(stays), record]);
  }
}

function isGone({ phase }: PluginRecord): boolean {
  return phase === 'unloaded';
}

function isShadowed({ found }: PluginRecord): boolean {
  return found.error?.code === 'SHADOWED';
}

function makesRoom({ isAlive, lifecycle }: PluginRecord): boolean {
  return !isAlive && lifecycle.can('discovered');
}
