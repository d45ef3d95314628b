import { AisopodError } from '../base/errors/index.js';
import type { Logger } from '../base/logging/index.js';
import { formatKeyPath, isTable } from '../base/toml/index.js';
import { type Config, type ConfigChange, secretTexts } from '../config/index.js';
import { type Installed, readInstalled } from '../home/installed/index.js';
import type { Home } from '../home/paths/index.js';
import type { HostEvents } from './events.js';
import type { PluginRecord } from './plugin-record.js';
import type { PluginRecords } from './plugin-records.js';

/** What following the files of the home needs from the host. */
export interface Followed {
  readonly home: Home;
  readonly config: Config;
  readonly records: PluginRecords;
  readonly events: HostEvents;
  readonly logger: Logger;
  /** Starts those that are in phase validated. */
  readonly start: (records: readonly PluginRecord[]) => Promise<void>;
}

/** Why plugins, by id, have not got what the files say. */
export type Refusals = ReadonlyMap<string, AisopodError>;

/** A file that keeps a plugin off. */
export interface DisabledBy {
  readonly file: string;
  /** Where in it, 1-based; null in registry.json, which `plugins enable` writes. */
  readonly line: number | null;
}

/** Brings what config.toml, the files of plugins and registry.json say to the plugins. */
export class FollowFiles {
  readonly #host: Followed;
  #installed: Installed;
  /** Switched off since the files say so, or since they switch off what these need. */
  readonly #switchedOff = new Set<PluginRecord>();

  /** @throws AisopodError INSTALLED_INVALID */
  constructor(host: Followed) {
    this.#host = host;
    this.#installed = readInstalled(host.home);
  }

  /** Whether the files let a plugin run: where any says no, it doesn't. */
  isEnabled(id: string): boolean {
    return this.#host.config.settingsFor(id).enabled && this.#installed.isEnabled(id);
  }

  /** What keeps a plugin off, of the files that let it run or not. */
  disabledBy(id: string): readonly DisabledBy[] {
    const { config } = this.#host;
    const { line } = config.locate(['plugins', 'settings', id, 'enabled']);
    const settings = { file: config.file, line };
    const installed = { file: this.#installed.file, line: null };
    return [
      ...(config.settingsFor(id).enabled ? [] : [settings]),
      ...(this.#installed.isEnabled(id) ? [] : [installed]),
    ];
  }

  /** Reads the files again. One that is wrong is told, and what it said before counts. */
  reload(): void {
    for (const read of [() => this.#host.config.reload(), () => this.#readInstalled()]) {
      try {
        read();
      } catch (error) {
        this.#failed(null, AisopodError.from(error));
      }
    }
  }

  /**
   * Does what the files say now. One of the host's operations.
   * @returns by id, why plugins that run have not got what the files say
   */
  async apply(): Promise<Refusals> {
    const { records, start } = this.#host;
    const wake = this.#switch();
    const running = records.all.filter(({ route }) => route !== null);
    const refusals = new Map<string, AisopodError>();
    const configure = async (record: PluginRecord) => {
      const refusal = await this.#configure(record);
      if (refusal !== null) refusals.set(record.name, refusal);
    };
    await Promise.all(running.map(configure));
    const mended = records.all.filter(
      (record) => record.phase === 'failed_config' && this.#isGood(record),
    );
    const again = [...wake, ...mended];
    if (again.length === 0) return refusals;
    // What needs one of these may start now too.
    const waiting = records.all.filter(({ phase }) => phase === 'skipped_dependency');
    for (const { lifecycle } of [...again, ...waiting]) {
      lifecycle.to('discovered');
      lifecycle.to('validated');
    }
    await start([...again, ...waiting]);
    return refusals;
  }

  /** Before the start: which plugins it is to start. */
  switchUnstarted(): void {
    for (const { lifecycle } of this.#switch()) {
      lifecycle.to('discovered');
      lifecycle.to('validated');
    }
  }

  #readInstalled(): void {
    this.#installed = readInstalled(this.#host.home);
  }

  /** Switches plugins off and on. What never ran and is to run now is answered. */
  #switch(): PluginRecord[] {
    const off = this.#off();
    const wake: PluginRecord[] = [];
    for (const record of this.#host.records.all) {
      const { lifecycle, phase, route, found } = record;
      if (found.id === null || found.error !== null) continue;
      if (off.has(record)) {
        const serves = phase === 'active' || phase === 'stuck';
        const counts = serves || (route === null && !this.isEnabled(found.id));
        if (phase === 'disabled' || !counts || !lifecycle.can('disabled')) continue;
        if (serves) this.#switchedOff.add(record);
        lifecycle.to('disabled');
      } else if (phase === 'disabled') {
        if (route === null) wake.push(record);
        else if (this.#switchedOff.delete(record)) lifecycle.to('active');
      }
    }
    return wake;
  }

  /** Those that the files switch off, and all that need one of them. */
  #off(): ReadonlySet<PluginRecord> {
    const all = this.#host.records.all.filter(({ found }) => found.manifest !== null);
    const off = new Set(all.filter(({ name }) => !this.isEnabled(name)));
    for (let size = -1; size !== off.size; ) {
      size = off.size;
      const names = new Set([...off].map(({ name }) => name));
      for (const record of all) {
        const needs = Object.entries(record.manifest.dependencies);
        if (needs.some(([id, { optional }]) => !optional && names.has(id))) off.add(record);
      }
    }
    return off;
  }

  #isGood({ manifest }: PluginRecord): boolean {
    try {
      this.#host.config.resolve(manifest);
      return true;
    } catch {
      return false; // it has been told why, when it failed
    }
  }

  async #configure(record: PluginRecord): Promise<AisopodError | null> {
    let json: string;
    try {
      const resolved = this.#host.config.resolve(record.manifest);
      record.redactor.add(secretTexts(resolved));
      json = JSON.stringify(resolved.value);
    } catch (error) {
      return this.#failed(record, AisopodError.from(error));
    }
    if (json === record.config || json === record.proposed) return null;
    record.proposed = json;
    const settled = (refusal: AisopodError | null) => {
      if (refusal === null) this.#configured(record, json);
      else this.#failed(record, refusal);
    };
    try {
      await record.instance?.configure?.(json, settled);
      settled(null);
      return null;
    } catch (error) {
      return this.#failed(record, AisopodError.from(error));
    }
  }

  #configured(record: PluginRecord, json: string): void {
    const change: ConfigChange = {
      plugin: record.name,
      keys: differences(JSON.parse(record.config), JSON.parse(json)),
    };
    record.config = json;
    record.proposed = null;
    this.#host.logger.info({ ...change }, `The configuration of ${record.name} has changed.`);
    this.#host.events.emit('configChanged', change);
  }

  /** The old configuration stays in force; null: of all. */
  #failed(record: PluginRecord | null, cause: AisopodError): AisopodError {
    const plugin = record?.name ?? null;
    const error = record?.redactor.error(cause) ?? cause;
    const { code, message } = error;
    this.#host.logger.error({ plugin, code }, `${message} What was in force before, stays.`);
    this.#host.events.emit('configError', plugin, error);
    return error;
  }
}

/** The keys whose values are not the same; of tables, those in them. */
function differences(before: unknown, after: unknown, path: readonly string[] = []): string[] {
  if (isTable(before) && isTable(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [formatKeyPath(path)];
}
