import { AisopodError } from '../base/errors/index.js';
import {
  isTable,
  type JsonObject,
  JsonTextFault,
  readJson,
  writeJson,
} from '../base/json/index.js';
import { lazily } from '../base/lazily.js';
import type { KeyPath } from '../base/shape/index.js';
import { notFoundText, show } from '../base/text/index.js';
import { formatKeyPath, mergeJson, parseKeyPath } from '../base/toml/index.js';
import type { Home } from '../home/paths/index.js';
import { isPluginId } from '../home/plugin-id.js';
import type { Listings } from '../home/state/index.js';
import type { ConfigSchema, PluginManifest } from '../packages/manifest/index.js';
import type { Config, ConfigChange, ConfigOverrides } from './config.js';
import type { ConfigEdit, Edit } from './edit-config.js';
import { type ConfigEntry, type Explained, explain } from './explain.js';
import { type HostConfig, readHostConfig } from './host-config.js';
import { type Layer, valueAt } from './layers.js';
import { parseValue } from './parse-value.js';
import { type ResolvedConfig, resolveConfig } from './resolve.js';
import { takeSecrets } from './take-secrets.js';

const loadEditing = lazily(() => import('./edit-config.js'));

/**
 * Edits the files of the configuration, and brings what they say then to the plugins that run.
 * @returns what `edit` resolves with, and by id, which plugins don't take it and why
 */
export type ChangeFiles = <T>(edit: () => Promise<T>) => Promise<{
  readonly edited: T;
  readonly refusals: ReadonlyMap<string, AisopodError>;
}>;

/** What the configuration needs from the host. */
export interface ConfigHost {
  readonly home: Home;
  readonly env: NodeJS.ProcessEnv;
  readonly listings: Listings;
  readonly overrides: ConfigOverrides;
  /** undefined: no plugin has that id; null: it has no manifest that could be read. */
  readonly manifestOf: (id: string) => PluginManifest | null | undefined;
  /** @throws AisopodError COMMAND_RUNNING when nothing may be written now */
  readonly assertWritable: (what: string) => void;
  /** Calls `listener` when a plugin has taken a new configuration; the result ends that. */
  readonly onChange: (listener: (change: ConfigChange) => void) => () => void;
  /** Does an edit of the files when the changes of plugins before it are done, and brings it to them. */
  readonly change: ChangeFiles;
}

/** The configuration of a host, with what only the host may see of it: `host.config` is its face. */
export class ConfigService implements Config, HostConfig {
  readonly #host: ConfigHost;
  readonly #overrides: ReadonlyMap<string, JsonObject>;
  #current: HostConfig;

  /** @throws AisopodError CONFIG_INVALID, USAGE for an override that is no JSON */
  constructor(host: ConfigHost) {
    this.#host = host;
    this.#overrides = checkOverrides(host.overrides);
    this.#current = readHostConfig(host.home, host.listings);
  }

  get file() {
    return this.#current.file;
  }
  get paths() {
    return this.#current.paths;
  }
  get strict() {
    return this.#current.strict;
  }
  get features() {
    return this.#current.features;
  }
  get registryUrl() {
    return this.#current.registryUrl;
  }
  get text() {
    return this.#current.text;
  }
  /** The plugins that the embedder gives a configuration, whether or not they are there. */
  get overridden(): readonly string[] {
    return [...this.#overrides.keys()];
  }
  get tables() {
    return this.#current.tables;
  }
  get pluginFiles() {
    return this.#current.pluginFiles;
  }
  get warnings() {
    return this.#current.warnings;
  }

  settingsFor(id: string) {
    return this.#current.settingsFor(id);
  }
  pinFor(id: string) {
    return this.#current.pinFor(id);
  }
  limitsFor(id: string) {
    return this.#current.limitsFor(id);
  }
  trustFor(id: string) {
    return this.#current.trustFor(id);
  }
  locate(path: KeyPath) {
    return this.#current.locate(path);
  }

  layersFor(id: string): readonly Layer[] {
    const files = this.#current.layersFor(id);
    const value = this.#overrides.get(id);
    if (value === undefined) return files;
    // The row of a tenant, once there are tenants, belongs between the files and this.
    return [...files, { name: 'override', file: null, text: '', root: [id], value }];
  }

  /**
   * The configuration of a plugin, as it gets it: with its secrets.
   * @throws AisopodError CONFIG_INVALID, SECRET_UNAVAILABLE
   */
  resolve(id: string, { config }: Pick<PluginManifest, 'config'>): ResolvedConfig {
    return this.#resolve(id, config, this.layersFor(id));
  }

  get(id: string, key?: string): unknown {
    return valueAt(this.#explained(id).value, key === undefined ? [] : pathOf(key));
  }

  explain(id: string, key?: string): ConfigEntry[] {
    const entries = explain(this.#explained(id));
    if (key === undefined) return entries;
    const wanted = formatKeyPath(pathOf(key));
    return entries.filter((entry) => entry.key === wanted || entry.key.startsWith(`${wanted}.`));
  }

  parse(
    id: string,
    key: string,
    text: string,
  ): { readonly value: unknown; readonly secret: boolean } {
    const schema = this.#manifestOf(id)?.config?.schema ?? null;
    try {
      return parseValue(schema, pathOf(key), text);
    } catch (error) {
      throw error instanceof JsonTextFault ? notSettable(key, error.message, error) : error;
    }
  }

  async set(id: string, key: string, value: unknown): Promise<ConfigEdit> {
    return await this.#edit(id, { path: pathOf(key), value: jsonValue(key, value) });
  }

  async unset(id: string, key: string): Promise<ConfigEdit> {
    return await this.#edit(id, { path: pathOf(key), value: undefined });
  }

  onChange(listener: (change: ConfigChange) => void): () => void {
    return this.#host.onChange(listener);
  }

  /**
   * Reads config.toml again; until it is good, what it said before counts.
   * @throws AisopodError CONFIG_INVALID
   */
  reload(): void {
    this.#current = readHostConfig(this.#host.home, this.#host.listings);
  }

  async #edit(id: string, edit: Edit): Promise<ConfigEdit> {
    const { home, change } = this.#host;
    this.#host.assertWritable(`write the configuration of ${id}`);
    const { edited, refusals } = await change(async () => {
      const manifest = this.#manifestOf(id);
      const { editConfig } = await loadEditing();
      const written = await editConfig(edit, {
        id,
        home,
        override: this.#overrides.get(id) ?? null,
        check: (layers) => this.#resolve(id, manifest?.config ?? null, layers).warnings,
      });
      this.reload();
      return written;
    });
    const refusal = refusals.get(id);
    if (refusal === undefined) return edited;
    return { ...edited, warnings: [...edited.warnings, refusal] };
  }

  #explained(id: string): Explained {
    const config = this.#manifestOf(id)?.config ?? null;
    const layers = this.layersFor(id);
    const { env } = this.#host;
    if (config !== null) {
      const { defaults } = config;
      return {
        defaults,
        layers,
        ...takeSecrets(config, { plugin: id, layers, env }).show(defaults),
      };
    }
    const value = layers.map((layer) => layer.value).reduce(mergeJson, {});
    return { defaults: {}, layers, value: structuredClone(value), secrets: [] };
  }

  #manifestOf(id: string): PluginManifest | null {
    const manifest = isPluginId(id) ? this.#host.manifestOf(id) : undefined;
    if (manifest !== undefined) return manifest;
    throw new AisopodError(
      'PLUGIN_NOT_FOUND',
      notFoundText('plugin', id, { list: 'aisopod plugins list' }),
      { details: { plugin: id } },
    );
  }

  #resolve(id: string, schema: ConfigSchema | null, layers: readonly Layer[]): ResolvedConfig {
    const { file, text } = this.#current;
    const config: Layer = { name: 'config.toml', file, text, root: ['plugins', id], value: {} };
    return resolveConfig({
      plugin: id,
      schema,
      patterns: (this.trustFor(id) ?? 'trusted') === 'trusted' ? 'guarded' : 'linear',
      layers,
      home: layers.findLast((layer) => layer.file !== null) ?? config,
      env: this.#host.env,
    });
  }
}

/** What an embedder may use of a configuration: nothing of it gives a secret. */
export function configFace(service: ConfigService): Config {
  return Object.freeze<Config>({
    get file() {
      return service.file;
    },
    get paths() {
      return service.paths;
    },
    get strict() {
      return service.strict;
    },
    get features() {
      return service.features;
    },
    get registryUrl() {
      return service.registryUrl;
    },
    get warnings() {
      return service.warnings;
    },
    get: (id, key) => service.get(id, key),
    explain: (id, key) => service.explain(id, key),
    parse: (id, key, text) => service.parse(id, key, text),
    set: (id, key, value) => service.set(id, key, value),
    unset: (id, key) => service.unset(id, key),
    onChange: (listener) => service.onChange(listener),
  });
}

function pathOf(key: string): readonly string[] {
  const path = parseKeyPath(key);
  if (path !== null) return path;
  throw new AisopodError(
    'USAGE',
    `${show(key)} is not a key. Write it as in TOML: server.port, or hosts."a.b" with quotes.`,
    { details: { key } },
  );
}

/** What TOML can say of a value; what it can't is refused. */
function jsonValue(key: string, value: unknown): unknown {
  try {
    const said = value === undefined ? null : readJson(writeJson(value));
    if (holdsNull(said)) throw new TypeError('TOML has no null; unset takes a value away');
    return said;
  } catch (error) {
    throw notSettable(key, error instanceof Error ? error.message : String(error), error);
  }
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  return value === null || Object.values(value).some(holdsNull);
}

function notSettable(key: string, reason: string, cause: unknown): AisopodError {
  const message = `${key} cannot be set to that: ${reason}.`;
  return new AisopodError('USAGE', message, { details: { key }, cause });
}

function checkOverrides(overrides: ConfigOverrides): ReadonlyMap<string, JsonObject> {
  return new Map(
    Object.entries(overrides).map(([id, config]) => {
      const option = `config.${id}`;
      const fault = (what: string) =>
        new AisopodError('USAGE', `The option ${option} ${what}.`, { details: { option } });
      if (!isPluginId(id)) throw fault('does not belong to a plugin: that is not a plugin id');
      if (!isTable(config)) throw fault('must be an object');
      try {
        return [id, readJson<JsonObject>(writeJson(config))];
      } catch (error) {
        throw fault((error as Error).message);
      }
    }),
  );
}
