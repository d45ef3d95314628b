import { AisopodError } from '../../base/errors/index.js';
import type { DiscoveredPlugin } from '../../packages/discovery/index.js';
import type { HostEventEmitter } from '../host-event-emitter.js';
import type { Finding } from './finding.js';
import type { ChangeCause } from './lifecycle.js';
import { Plugin } from './plugin.js';

/** Plugins that were unloaded of which a host still says what became of them. */
const GONE_KEPT = 64;

/** All plugins of a host, and where each was found. */
export class PluginTable {
  readonly #events: HostEventEmitter;
  readonly #cause: () => ChangeCause;
  /** In the order of precedence; those of one plugin need not be neighbours. */
  #findings: readonly Finding[] = [];
  /** What find() answers; it is asked for every call. */
  #byName = new Map<string, Plugin>();

  /** @param cause what asks for changes of plugins now */
  constructor(events: HostEventEmitter, cause: () => ChangeCause) {
    this.#events = events;
    this.#cause = cause;
  }

  /** Each plugin once. */
  get all(): readonly Plugin[] {
    return [...this.#byName.values()];
  }

  /** All that was found, in the order of precedence, and the plugin that it is a finding of. */
  get findings(): readonly { readonly finding: Finding; readonly plugin: Plugin }[] {
    return this.#findings.map((finding) => ({ finding, plugin: this.#pluginOf(finding) }));
  }

  /** Those that run; what was switched off doesn't. */
  get running(): readonly Plugin[] {
    return this.all.filter(({ phase }) => phase === 'active' || phase === 'stuck');
  }

  /** Those whose calls are taken: they run, or start when they are needed. */
  get serving(): readonly Plugin[] {
    return this.all.filter(({ isServing }) => isServing);
  }

  /** What the program itself brought. */
  get embedded(): readonly Finding[] {
    return this.#findings.filter(({ embedded }) => embedded !== null);
  }

  /** The plugin with that id. */
  find(id: string): Plugin | undefined {
    const plugin = this.#byName.get(id);
    return plugin?.found.id === null ? undefined : plugin;
  }

  /** As find(), or what has no id and was found at that path. */
  named(name: string): Plugin | undefined {
    return this.#byName.get(name);
  }

  /** Why plugins that have an id, and are none of `plugins`, do not run. */
  notRunning(plugins: readonly Plugin[]): Map<string, AisopodError> {
    const others = new Set(this.all);
    for (const plugin of plugins) others.delete(plugin);
    const reasons = new Map<string, AisopodError>();
    for (const { found, phase, lifecycle, name } of others) {
      if (found.id === null) continue;
      const code = phase === 'disabled' ? 'PLUGIN_DISABLED' : 'PLUGIN_NOT_ACTIVE';
      const text = `Plugin ${name} is ${phase}.`;
      reasons.set(name, lifecycle.reason ?? new AisopodError(code, text));
    }
    return reasons;
  }

  /**
   * Takes what was found, in the order of precedence, in the place of all before. No plugin has been
   * started.
   * @returns the plugins that are new; their phase is discovered
   */
  replaceAll(findings: readonly Finding[]): readonly Plugin[] {
    const keeps = ({ found }: Plugin, group: readonly Finding[]) =>
      group.some((each) => each.found === found);
    return this.#replace(findings, keeps);
  }

  /**
   * Takes what is found while plugins run, in the place of all before. A plugin that is found no more is
   * forgotten; one that is found otherwise goes on with what it used.
   * @returns as replaceAll()
   */
  update(findings: readonly Finding[]): readonly Plugin[] {
    return this.#replace(findings, () => true);
  }

  #replace(
    findings: readonly Finding[],
    keeps: (known: Plugin, group: readonly Finding[]) => boolean,
  ): readonly Plugin[] {
    const groups = new Map<string, Finding[]>();
    for (const each of findings) {
      const name = nameOf(each);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [each]);
      else group.push(each);
    }
    const before = this.#byName;
    this.#findings = [...findings];
    this.#byName = new Map();
    const fresh: Plugin[] = [];
    for (const [name, group] of groups) {
      const used = usedOf(group) as Finding;
      const known = before.get(name);
      const plugin =
        known !== undefined && keeps(known, group)
          ? known
          : new Plugin(name, used, this.#events, this.#cause);
      if (plugin !== known) fresh.push(plugin);
      this.#byName.set(name, plugin);
    }
    return fresh;
  }

  /** A plugin uses another finding now, in the place of the one that it used before. */
  replaced(before: DiscoveredPlugin, now: Finding): void {
    this.#findings = this.#findings.map((each) => (each.found === before ? now : each));
  }

  /** Forgets plugins that were unloaded, but for the newest. */
  forgetGone(): void {
    const gone = this.all.filter(({ phase }) => phase === 'unloaded').slice(0, -GONE_KEPT);
    if (gone.length === 0) return;
    for (const { name } of gone) this.#byName.delete(name);
    this.#findings = this.#findings.filter((each) => this.#byName.has(nameOf(each)));
  }

  /**
   * Adds a finding, which becomes the one that its plugin uses. What was found earlier in that folder,
   * and failed or was ended, makes room for it.
   * @returns the plugin, in phase discovered
   * @throws AisopodError ALREADY_LOADED when the plugin runs, or waits to be started
   */
  add(finding: Finding): Plugin {
    const name = nameOf(finding);
    const { path } = finding.found;
    const known = this.#byName.get(name);
    if (known !== undefined && !makesRoom(known)) {
      throw new AisopodError(
        'ALREADY_LOADED',
        `A plugin ${name} is loaded already, from ${known.found.path}. Unload it first.`,
        { details: { plugin: name, path: known.found.path } },
      );
    }
    const stays = (each: Finding) => {
      const plugin = this.#pluginOf(each);
      const isUsed = plugin.found === each.found;
      return plugin === known ? !isUsed : each.found.path !== path || !makesRoom(plugin);
    };
    const left = this.#findings.filter(stays);
    const names = new Set(left.map(nameOf));
    for (const other of [...this.#byName.keys()]) if (!names.has(other)) this.#byName.delete(other);
    const plugin = known ?? new Plugin(name, finding, this.#events, this.#cause);
    known?.use(finding);
    this.#findings = [...left, finding];
    // Last, as its finding is.
    this.#byName.delete(name);
    this.#byName.set(name, plugin);
    return plugin;
  }

  #pluginOf(finding: Finding): Plugin {
    return this.#byName.get(nameOf(finding)) as Plugin;
  }
}

/** The id of what was found, or the path of what has none. */
export function nameOf({ found }: Finding): string {
  return found.id ?? found.path;
}

/**
 * Of the findings of one plugin, the one that the host uses: the first that nothing speaks against,
 * else the first with a fault of its own.
 */
export function usedOf(findings: readonly Finding[]): Finding | undefined {
  const used =
    findings.find(({ found }) => found.error === null) ??
    findings.find(({ found }) => found.error?.code !== 'SHADOWED');
  return used ?? findings[0];
}

function makesRoom({ isThere, lifecycle }: Plugin): boolean {
  return !isThere && lifecycle.can('discovered');
}
