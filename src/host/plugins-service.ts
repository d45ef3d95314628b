import { AisopodError } from '../base/errors/index.js';
import { notFoundText } from '../base/text/index.js';
import type { HostCore } from './host-core.js';
import type { CascadeOptions, Plugins } from './host-plugins.js';
import { stopPlugin } from './lifecycle/stop-plugins.js';
import { type CapabilityInfo, markCapabilities } from './plugins/capabilities.js';
import type { DisabledBy } from './plugins/enabled-plugins.js';
import type { Finding } from './plugins/finding.js';
import type { ChangeCause } from './plugins/lifecycle.js';
import type { Plugin } from './plugins/plugin.js';
import { infoOf, type PluginInfo } from './plugins/plugin-info.js';

/** What the plugins of a host need besides the core. */
export interface PluginsParts {
  /** Finds the plugin in a folder, and starts it. */
  readonly load: (dir: string) => Promise<PluginInfo>;
  /** Lets what lies there now take the place of a plugin. */
  readonly reload: (plugin: Plugin) => Promise<void>;
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
    const { findings } = this.#core.plugins;
    return findings.map(({ finding, plugin }) => this.info(finding, plugin));
  }

  get(id: string): PluginInfo | undefined {
    const plugin = this.#core.plugins.find(id);
    return plugin && this.info(plugin, plugin);
  }

  capabilities(id: string): readonly CapabilityInfo[] {
    const { found, isThere } = this.#known(id);
    const batch = isThere ? this.#core.registry.snapshot.batchOf(id) : undefined;
    const { entries = [], leftOut = [] } = batch ?? {};
    return found.manifest === null ? [] : markCapabilities(found.manifest, entries, leftOut);
  }

  isActive(id: string): boolean {
    const plugin = this.#core.plugins.find(id);
    return plugin?.phase === 'active' || (plugin?.isDormant === true && plugin.isServing);
  }

  async loadPlugin(dir: string): Promise<PluginInfo> {
    this.#core.gate.assertWritable('load a plugin');
    return await this.#parts.load(dir);
  }

  async unloadPlugin(id: string, options: CascadeOptions = {}): Promise<void> {
    const cascade = options.cascade === true;
    this.#core.gate.assertWritable(`unload ${id}`);
    this.#core.dispatcher.assertOpen();
    this.#abortStart(id, cascade);
    await this.#change(
      'unload',
      async () => {
        // What is switched off keeps its state, and with it what it needs.
        const alive = ({ isThere }: Plugin) => isThere;
        for (const each of this.#withDependents(this.#known(id), cascade, 'unload', alive)) {
          await stopPlugin(each, { core: this.#core, reason: 'unload' });
        }
        this.#core.plugins.forgetGone();
      },
      undefined,
    );
  }

  async reload(id: string): Promise<PluginInfo> {
    const answer = () => this.info(this.#known(id), this.#known(id));
    return await this.#change(
      'reload',
      async () => {
        await this.#parts.reload(this.#known(id));
        return answer();
      },
      answer(),
    );
  }

  async disable(id: string, options: CascadeOptions = {}): Promise<void> {
    this.#core.gate.assertWritable(`switch off ${id}`);
    await this.#change(
      'disable',
      async () => {
        const plugin = this.#known(id);
        if (plugin.phase === 'disabled') return;
        const serves = ({ isServing }: Plugin) => isServing;
        if (!serves(plugin)) throw notActive(plugin);
        const those = this.#withDependents(plugin, options.cascade === true, 'disable', serves);
        for (const each of those) each.lifecycle.to('disabled');
      },
      undefined,
    );
  }

  async enable(id: string): Promise<void> {
    this.#core.gate.assertWritable(`switch on ${id}`);
    await this.#change(
      'enable',
      async () => {
        const plugin = this.#known(id);
        if (plugin.isServing && plugin.phase !== 'stuck') return;
        if (plugin.phase !== 'disabled' || !plugin.isThere) throw notActive(plugin);
        plugin.lifecycle.to(plugin.serving);
      },
      undefined,
    );
  }

  async setEnabled(
    id: string,
    enabled: boolean,
    options: CascadeOptions = {},
  ): Promise<readonly string[]> {
    this.#core.gate.assertWritable(`switch ${enabled ? 'on' : 'off'} ${id}`);
    return await this.#change(enabled ? 'enable' : 'disable', async () => {
      const plugin = this.#known(id);
      const on = ({ phase }: Plugin) => phase !== 'disabled';
      const those = enabled
        ? [plugin]
        : this.#withDependents(plugin, options.cascade === true, 'disable', on);
      const names = those.map(({ name }) => name);
      await this.#parts.keepEnabled(names, enabled);
      return names;
    }, [id]);
  }

  disabledBy(id: string): readonly DisabledBy[] {
    return this.#core.enabled.disabledBy(id);
  }

  /** What is known about a finding of a plugin of this host; null: it is still to be added. */
  info(finding: Pick<Finding, 'found'>, plugin: Plugin | null): PluginInfo {
    const entries =
      plugin?.isThere === true ? this.#core.registry.snapshot.entriesOf(plugin.name) : [];
    const tools = entries.filter(({ kind }) => kind === 'tool').map(({ name }) => name);
    return infoOf(finding, plugin, tools);
  }

  /** Does a change when those before it are done. @param answer see OperationQueue.settle() */
  #change<T>(cause: ChangeCause, change: () => Promise<T>, answer: T): Promise<T> {
    this.#core.dispatcher.assertOpen();
    const work = async () => {
      const result = await change();
      await this.#parts.changed();
      return result;
    };
    return this.#core.operations.run(cause, work, answer);
  }

  /** Ends the start of a plugin that is to be unloaded, unless one that needs it keeps it. */
  #abortStart(id: string, cascade: boolean): void {
    const plugin = this.#core.plugins.find(id);
    if (plugin === undefined) return;
    const counts = (each: Plugin) => each.isStarting || each.isThere;
    const those = this.#dependentsOf(plugin, counts);
    if (those.length > 1 && !cascade) return;
    for (const each of those) each.abortStart('unload');
  }

  #known(id: string): Plugin {
    const plugin = this.#core.plugins.find(id);
    if (plugin !== undefined) return plugin;
    throw new AisopodError(
      'PLUGIN_NOT_FOUND',
      notFoundText('plugin', id, { list: 'aisopod plugins list' }),
      { details: { plugin: id } },
    );
  }

  /** As #dependentsOf(). @throws AisopodError PLUGIN_IN_USE when there are any without `cascade` */
  #withDependents(
    plugin: Plugin,
    cascade: boolean,
    verb: string,
    counts: (dependent: Plugin) => boolean,
  ): Plugin[] {
    const order = this.#dependentsOf(plugin, counts);
    if (order.length > 1 && !cascade) {
      const names = order.slice(0, -1).map((each) => each.name);
      throw new AisopodError(
        'PLUGIN_IN_USE',
        `${plugin.name} is needed by ${names.join(', ')}. To ${verb} them too, say cascade.`,
        { details: { plugin: plugin.name, dependents: names } },
      );
    }
    return order;
  }

  /** The plugin, and before it those that need it, the outermost first. */
  #dependentsOf(plugin: Plugin, counts: (dependent: Plugin) => boolean): Plugin[] {
    const order: Plugin[] = [];
    const visit = (each: Plugin) => {
      if (order.includes(each)) return;
      for (const other of this.#core.plugins.all) {
        const need = other.found.manifest?.dependencies[each.name];
        if (need?.optional === false && counts(other)) visit(other);
      }
      order.push(each);
    };
    visit(plugin);
    return order;
  }
}

function notActive(plugin: Plugin): AisopodError {
  const why = plugin.lifecycle.reason;
  return new AisopodError(
    'PLUGIN_NOT_ACTIVE',
    `Plugin ${plugin.name} is ${plugin.phase}${why === null ? '' : `: ${why.message}`}`,
    { details: { plugin: plugin.name, state: plugin.phase } },
  );
}
