import { AisopodError } from '../../base/errors/index.js';
import { isTable, jsonText, readJson } from '../../base/json/index.js';
import { formatKeyPath } from '../../base/toml/index.js';
import { type ConfigChange, secretTexts } from '../../config/index.js';
import type { Generation } from '../../instance/index.js';
import type { HostCore } from '../host-core.js';
import type { Plugin } from '../plugins/plugin.js';

/** Why plugins, by id, have not got what the files say. */
export type Refusals = ReadonlyMap<string, AisopodError>;

/** Brings what config.toml, the files of plugins and registry.json say to the plugins. */
export class FollowFiles {
  readonly #core: HostCore;
  readonly #start: (plugins: readonly Plugin[]) => Promise<void>;
  /** Switched off since the files say so, or since they switch off what these need. */
  readonly #switchedOff = new Set<Plugin>();

  /** @param start starts those that are in phase validated */
  constructor(core: HostCore, start: (plugins: readonly Plugin[]) => Promise<void>) {
    this.#core = core;
    this.#start = start;
  }

  /** Reads the files again. One that is wrong is told, and what it said before counts. */
  reload(): void {
    for (const fault of this.#core.enabled.reload()) this.#failed(null, fault);
  }

  /**
   * Does what the files say now. One of the host's operations.
   * @returns by id, why plugins that run have not got what the files say
   */
  async apply(): Promise<Refusals> {
    const { plugins, operations } = this.#core;
    await operations.calm();
    const wake = this.#switch();
    const running = plugins.all.filter(({ isThere }) => isThere);
    const refusals = new Map<string, AisopodError>();
    const configure = async (plugin: Plugin) => {
      const refusal = await this.#configure(plugin);
      if (refusal !== null) refusals.set(plugin.name, refusal);
    };
    await Promise.all(running.map(configure));
    const mended = plugins.all.filter(
      (plugin) => plugin.phase === 'failed_config' && this.#isGood(plugin),
    );
    const again = [...wake, ...mended];
    if (again.length === 0) return refusals;
    // What needs one of these may start now too.
    const waiting = plugins.all.filter(({ phase }) => phase === 'skipped_dependency');
    for (const { lifecycle } of [...again, ...waiting]) {
      lifecycle.to('discovered');
      lifecycle.to('validated');
    }
    await this.#start([...again, ...waiting]);
    return refusals;
  }

  /** Before the start: which plugins it is to start. */
  switchUnstarted(): void {
    for (const { lifecycle } of this.#switch()) {
      lifecycle.to('discovered');
      lifecycle.to('validated');
    }
  }

  /** Switches plugins off and on. What never ran and is to run now is answered. */
  #switch(): Plugin[] {
    const off = this.#off();
    const wake: Plugin[] = [];
    for (const plugin of this.#core.plugins.all) {
      const { lifecycle, phase, isThere, found } = plugin;
      if (found.id === null || found.error !== null) continue;
      if (off.has(plugin)) {
        const serves = plugin.isServing;
        const counts = serves || (!isThere && !this.#core.enabled.has(found.id));
        if (phase === 'disabled' || !counts || !lifecycle.can('disabled')) continue;
        if (serves) this.#switchedOff.add(plugin);
        lifecycle.to('disabled');
      } else if (phase === 'disabled') {
        if (!isThere) wake.push(plugin);
        else if (this.#switchedOff.delete(plugin)) lifecycle.to(plugin.serving);
      }
    }
    return wake;
  }

  /** Those that the files switch off, and all that need one of them. */
  #off(): ReadonlySet<Plugin> {
    const all = this.#core.plugins.all.filter(({ found }) => found.manifest !== null);
    const off = new Set(all.filter(({ name }) => !this.#core.enabled.has(name)));
    for (let size = -1; size !== off.size; ) {
      size = off.size;
      const names = new Set([...off].map(({ name }) => name));
      for (const plugin of all) {
        const needs = Object.entries(plugin.manifest.dependencies);
        if (needs.some(([id, { optional }]) => !optional && names.has(id))) off.add(plugin);
      }
    }
    return off;
  }

  #isGood({ manifest }: Plugin): boolean {
    try {
      this.#core.config.resolve(manifest.plugin.id, manifest);
      return true;
    } catch {
      return false; // it has been told why, when it failed
    }
  }

  async #configure(plugin: Plugin): Promise<AisopodError | null> {
    const { current: generation } = plugin;
    if (generation === null) return null;
    let json: string;
    try {
      const resolved = this.#core.config.resolve(plugin.name, plugin.manifest);
      generation.redactor.add(secretTexts(resolved));
      json = jsonText(resolved.value);
    } catch (error) {
      return this.#failed(plugin, AisopodError.from(error));
    }
    if (json === generation.config || json === generation.proposed) return null;
    if (generation.isDormant) {
      this.#configured(generation, json); // it starts with what is in force then
      return null;
    }
    generation.proposed = json;
    const settled = (refusal: AisopodError | null) => {
      if (refusal === null) this.#configured(generation, json);
      else this.#failed(plugin, refusal);
    };
    try {
      await generation.instance?.configure?.(json, settled);
      settled(null);
      return null;
    } catch (error) {
      return this.#failed(plugin, AisopodError.from(error));
    }
  }

  #configured(generation: Generation, json: string): void {
    const { plugin, config } = generation;
    const change: ConfigChange = {
      plugin,
      keys: differences(readJson(config), readJson(json)),
    };
    generation.config = json;
    generation.proposed = null;
    this.#core.logger.info({ ...change }, `The configuration of ${plugin} has changed.`);
    this.#core.events.emit('configChanged', change);
  }

  /** The old configuration stays in force; null: of all. */
  #failed(plugin: Plugin | null, cause: AisopodError): AisopodError {
    const name = plugin?.name ?? null;
    const error = plugin?.redactor.error(cause) ?? cause;
    const { code, message } = error;
    const text = `${message} The previous configuration stays in force.`;
    this.#core.logger.error({ plugin: name, code }, text);
    this.#core.events.emit('configError', name, error);
    return error;
  }
}

/** The keys whose values are not the same; of tables, those in them. */
function differences(before: unknown, after: unknown, path: readonly string[] = []): string[] {
  if (isTable(before) && isTable(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  return jsonText(before) === jsonText(after) ? [] : [formatKeyPath(path)];
}
