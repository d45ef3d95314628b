import { AisopodError } from '../base/errors/index.js';
import { notFoundText } from '../base/text/index.js';
import type { HostCore } from './host-core.js';
import type { CascadeOptions, Plugins } from './host-plugins.js';
import { stopPlugin } from './lifecycle/stop-plugins.js';
import { type CapabilityInfo, markCapabilities } from './plugins/capabilities.js';
import type { DisabledBy } from './plugins/enabled-plugins.js';
import type { PluginInfo } from './plugins/plugin-info.js';
import type { PluginRecord } from './plugins/plugin-record.js';

/** What the plugins of a host need besides the core. */
export interface PluginsParts {
  /** Finds the plugin in a folder, and starts it. */
  readonly load: (dir: string) => Promise<PluginRecord>;
  /** Does what follows upon a change of what is registered. */
  readonly changed: () => Promise<void>;
  /** Writes into registry.json whether plugins are enabled, and does what it says then. */
  readonly keepEnabled: (ids: readonly string[], enabled: boolean) => Promise<void>;
}

/** What is behind `host.plugins`. */
export class PluginsService implements Plugins {
  readonly #core: HostCore;
  readonly #parts: PluginsParts;

  constructor(core: HostCore, parts: PluginsParts) {
    this.#core = core;
    this.#parts = parts;
  }

  list(): PluginInfo[] {
    return this.#core.records.all.map((record) => this.info(record));
  }

  get(id: string): PluginInfo | undefined {
    const record = this.#core.records.find(id);
    return record && this.info(record);
  }

  capabilities(id: string): readonly CapabilityInfo[] {
    const { found, isAlive } = this.#known(id);
    const entries = !isAlive ? [] : this.#core.registry.snapshot.entriesOf(id);
    return found.manifest === null ? [] : markCapabilities(found.manifest, entries);
  }

  isActive(id: string): boolean {
    return this.#core.records.find(id)?.phase === 'active';
  }

  async loadPlugin(dir: string): Promise<PluginInfo> {
    this.#core.gate.assertWritable('load a plugin');
    return this.info(await this.#parts.load(dir));
  }

  async unloadPlugin(id: string, options: CascadeOptions = {}): Promise<void> {
    const cascade = options.cascade === true;
    this.#core.gate.assertWritable(`unload ${id}`);
    this.#core.dispatcher.assertOpen();
    this.#abortStart(id, cascade);
    await this.#change(async () => {
      // What is switched off keeps its state, and with it what it needs.
      const alive = ({ isAlive }: PluginRecord) => isAlive;
      for (const each of this.#withDependents(this.#known(id), cascade, 'unload', alive)) {
        await stopPlugin(each, { core: this.#core, reason: 'unload' });
      }
      this.#core.records.forgetGone();
    }, undefined);
  }

  async disable(id: string, options: CascadeOptions = {}): Promise<void> {
    this.#core.gate.assertWritable(`switch off ${id}`);
    await this.#change(async () => {
      const record = this.#known(id);
      if (record.phase === 'disabled') return;
      if (!serves(record)) throw notActive(record);
      const those = this.#withDependents(record, options.cascade === true, 'disable', serves);
      for (const each of those) each.lifecycle.to('disabled');
    }, undefined);
  }

  async enable(id: string): Promise<void> {
    this.#core.gate.assertWritable(`switch on ${id}`);
    await this.#change(async () => {
      const record = this.#known(id);
      if (record.phase === 'active') return;
      if (record.phase !== 'disabled' || !record.isAlive) throw notActive(record);
      record.lifecycle.to('active');
    }, undefined);
  }

  async setEnabled(
    id: string,
    enabled: boolean,
    options: CascadeOptions = {},
  ): Promise<readonly string[]> {
    this.#core.gate.assertWritable(`switch ${enabled ? 'on' : 'off'} ${id}`);
    return await this.#change(async () => {
      const record = this.#known(id);
      const on = ({ phase }: PluginRecord) => phase !== 'disabled';
      const those = enabled
        ? [record]
        : this.#withDependents(record, options.cascade === true, 'disable', on);
      const names = those.map(({ name }) => name);
      await this.#parts.keepEnabled(names, enabled);
      return names;
    }, [id]);
  }

  disabledBy(id: string): readonly DisabledBy[] {
    return this.#core.enabled.disabledBy(id);
  }

  /** What is known about a record of this host. */
  info(record: PluginRecord): PluginInfo {
    const { name, isAlive } = record;
    const entries = !isAlive ? [] : this.#core.registry.snapshot.entriesOf(name);
    return record.info(entries.filter(({ kind }) => kind === 'tool').map((entry) => entry.name));
  }

  /** Does a change when those before it are done. @param answer see OperationQueue.settle() */
  #change<T>(change: () => Promise<T>, answer: T): Promise<T> {
    this.#core.dispatcher.assertOpen();
    const work = async () => {
      const result = await change();
      await this.#parts.changed();
      return result;
    };
    return this.#core.operations.run(work, answer);
  }

  /** Ends the start of a plugin that is to be unloaded, unless one that needs it keeps it. */
  #abortStart(id: string, cascade: boolean): void {
    const record = this.#core.records.find(id);
    if (record === undefined) return;
    const counts = (each: PluginRecord) => each.isStarting || each.isAlive;
    const those = this.#dependentsOf(record, counts);
    if (those.length > 1 && !cascade) return;
    for (const each of those) each.abortStart('unload');
  }

  #known(id: string): PluginRecord {
    const record = this.#core.records.find(id);
    if (record !== undefined) return record;
    throw new AisopodError(
      'PLUGIN_NOT_FOUND',
      notFoundText('plugin', id, { list: 'aisopod plugins list' }),
      { details: { plugin: id } },
    );
  }

  /** As #dependentsOf(). @throws AisopodError PLUGIN_IN_USE when there are any without `cascade` */
  #withDependents(
    record: PluginRecord,
    cascade: boolean,
    verb: string,
    counts: (dependent: PluginRecord) => boolean,
  ): PluginRecord[] {
    const order = this.#dependentsOf(record, counts);
    if (order.length > 1 && !cascade) {
      const names = order.slice(0, -1).map((each) => each.name);
      throw new AisopodError(
        'PLUGIN_IN_USE',
        `${record.name} is needed by ${names.join(', ')}. To ${verb} them too, say cascade.`,
        { details: { plugin: record.name, dependents: names } },
      );
    }
    return order;
  }

  /** The plugin, and before it those that need it, the outermost first. */
  #dependentsOf(
    record: PluginRecord,
    counts: (dependent: PluginRecord) => boolean,
  ): PluginRecord[] {
    const order: PluginRecord[] = [];
    const visit = (each: PluginRecord) => {
      if (order.includes(each)) return;
      for (const other of this.#core.records.all) {
        const need = other.found.manifest?.dependencies[each.name];
        if (need?.optional === false && counts(other)) visit(other);
      }
      order.push(each);
    };
    visit(record);
    return order;
  }
}

function serves({ phase }: PluginRecord): boolean {
  return phase === 'active' || phase === 'stuck';
}

function notActive(record: PluginRecord): AisopodError {
  const why = record.lifecycle.reason;
  return new AisopodError(
    'PLUGIN_NOT_ACTIVE',
    `Plugin ${record.name} is ${record.phase}${why === null ? '' : `: ${why.message}`}`,
    { details: { plugin: record.name, state: record.phase } },
  );
}
