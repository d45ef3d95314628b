import { AisopodError } from '../base/errors/index.js';
import { Findings, type KeyPath, type Shape } from '../base/shape/index.js';
import { show } from '../base/text/index.js';
import {
  type FileCodes,
  locate,
  type Position,
  type Problem,
  problemsError,
  problemsOf,
  readToml,
  readTomlText,
  type TomlFile,
} from '../base/toml/index.js';
import type { Home } from '../home/paths/index.js';
import { isPluginId } from '../home/plugin-id.js';
import { Listings } from '../home/state/index.js';
import type { Pin } from '../packages/discovery/index.js';
import type { Layer } from './layers.js';
import { DEFAULT_LIMITS, type Limits, withLimits } from './limits.js';
import { type PluginFile, PluginFiles } from './plugin-files.js';
import {
  type ConfigTable,
  configShape,
  NO_SETTINGS,
  type PluginSettings,
  pluginTable,
  type TrustLevel,
} from './shape.js';

/** What stands in config.toml of a home, with every default. */
export interface HostConfig {
  /** The file, whether or not it exists. */
  readonly file: string;
  /** `[plugins.settings] paths`, as written. */
  readonly paths: readonly string[];
  /** Whether the first plugin that fails makes the start fail. */
  readonly strict: boolean;
  /** Names of the built-in parts that are switched on. */
  readonly features: readonly string[];
  /** Where plugins are looked up; null: nowhere. */
  readonly registryUrl: string | null;
  /** Keys that nobody reads. */
  readonly warnings: readonly Problem[];
  /** What the host decides about a plugin. */
  settingsFor(id: string): PluginSettings;
  /** The versions that the file pins a plugin at; null: any. */
  pinFor(id: string): Pin | null;
  /**
   * The limits of a plugin: the defaults, under the host's, under its own. The same object for all
   * that have none of their own.
   */
  limitsFor(id: string): Limits;
  /** What `[trust]` says about a plugin; null when nothing. */
  trustFor(id: string): TrustLevel | null;
  /**
   * What is said about the configuration of a plugin, from low to high: `[plugins.<id>]`, then the
   * file `plugins/<id>.toml` of the home, which is read now. What says nothing is left out.
   *
   * @throws AisopodError CONFIG_INVALID when that file is wrong, USAGE when `id` is no plugin id
   */
  layersFor(id: string): readonly Layer[];
  /** What the file holds. */
  readonly text: string;
  /** The tables of config.toml that belong to single plugins, whether or not these are there. */
  readonly tables: readonly { readonly plugin: string; readonly path: KeyPath }[];
  /** The files `plugins/<id>.toml` of the home as they are now, whether or not their plugins are there. */
  readonly pluginFiles: readonly PluginFile[];
  /** Where a key of config.toml stands, or the nearest table around it. */
  locate(path: KeyPath): Position;
}

const CODES: FileCodes = {
  missing: 'CONFIG_INVALID',
  unreadable: 'CONFIG_INVALID',
  syntax: 'CONFIG_INVALID',
};

/**
 * Reads config.toml of the home. A missing one is an empty one.
 * @param listings what is known of folders
 * @throws AisopodError CONFIG_INVALID with all faults; details: `{ file, problems }`
 */
export function readHostConfig(home: Home, listings = new Listings()): HostConfig {
  const { value, warnings, text } = read(home.configFile, configShape);
  const { plugins, trust }: ConfigTable = value;
  const { own: host, named: settings } = plugins.own.settings;
  const { paths, strict, features } = host;
  const settingsFor = (id: string) => settings[id] ?? NO_SETTINGS;
  const limits: Limits = Object.freeze({ ...DEFAULT_LIMITS, ...host.limits });
  const files = new PluginFiles(home, listings);
  return Object.freeze({
    file: home.configFile,
    paths,
    strict,
    features,
    registryUrl: plugins.own.registry.url,
    warnings,
    text,
    settingsFor,
    pinFor(id: string) {
      const { version: range } = settingsFor(id);
      return range === null
        ? null
        : { range, by: `config.toml ([plugins.settings.${id}] version)` };
    },
    limitsFor: (id: string) => withLimits(limits, settingsFor(id).limits),
    trustFor: (id: string) => trust[id] ?? null,
    layersFor(id: string) {
      if (!isPluginId(id)) {
        const message = `${show(id)} is not a plugin id, so it has no configuration.`;
        throw new AisopodError('USAGE', message, { details: { id } });
      }
      const table = plugins.named[id];
      const root = ['plugins', id];
      const low: Layer[] =
        table === undefined
          ? []
          : [{ name: 'config.toml', file: home.configFile, text, root, value: table }];
      const file = files.find(id);
      if (file === null) return low;
      const own = read(file, pluginTable);
      const high = {
        name: 'plugin file',
        file,
        text: own.text,
        root: [],
        value: own.value,
      } as const;
      return [...low, high];
    },
    get tables() {
      const under = (path: KeyPath, tables: object) =>
        Object.keys(tables).map((plugin) => ({ plugin, path: [...path, plugin] }));
      return [
        ...under(['plugins'], plugins.named),
        ...under(['plugins', 'settings'], settings),
        ...under(['trust'], trust),
      ];
    },
    get pluginFiles() {
      return files.all;
    },
    locate: (path: KeyPath) => locate(text, [path])[0] as Position,
  });
}

/**
 * Reads a text as the file of a layer is read.
 * @param file config.toml, or the file of one plugin
 * @throws AisopodError CONFIG_INVALID when the file could not be read with that text
 */
export function checkText(home: Home, file: string, text: string): void {
  const found = readTomlText(text, file, CODES);
  if (file === home.configFile) check(file, found, configShape);
  else check(file, found, pluginTable);
}

/** One file of configuration; a missing one reads as an empty table. */
function read<T>(path: string, shape: Shape<T>) {
  return check(path, readToml(path, CODES), shape);
}

function check<T>(
  path: string,
  { table, text, problem, missing }: TomlFile,
  shape: Shape<T>,
): { value: T; warnings: readonly Problem[]; text: string; missing: boolean } {
  if (problem && !missing) throw problemsError(path, [problem], 'CONFIG_INVALID');
  const findings = new Findings('CONFIG_INVALID');
  const value = shape.read(table ?? {}, null, findings);
  const { errors, warnings } = problemsOf(findings, path, (paths) => locate(text, paths));
  if (value === undefined || errors.length > 0) throw problemsError(path, errors, 'CONFIG_INVALID');
  return { value, warnings, text, missing };
}
