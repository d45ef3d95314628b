import { dirname } from 'node:path';
import { freezeDeep, type JsonObject, jsonText, readJson } from '../../base/json/index.js';
import { ANY_HOST } from './host-range.js';
import type { ConfigSchema, Dependency, PluginManifest } from './plugin-manifest.js';
import { SECTION_DEFAULTS } from './shape.js';

/**
 * A manifest as JSON, to be kept and made a manifest again by the same version of the host: without
 * its path, and without what reads as if it were not there.
 */
export interface ManifestRecord {
  readonly plugin: Partial<PluginManifest['plugin']> & Pick<PluginManifest['plugin'], 'id'>;
  readonly capabilities?: JsonObject;
  readonly compatibility?: JsonObject;
  readonly runtime?: JsonObject;
  readonly permissions?: JsonObject;
  readonly dependencies?: JsonObject;
  readonly config?: ConfigSchema;
}

const NONE: readonly string[] = Object.freeze([]);
const NO_DEPENDENCIES: Readonly<Record<string, Dependency>> = Object.freeze(Object.create(null));

const { capabilities, permissions } = SECTION_DEFAULTS;
const compatibility = { ...SECTION_DEFAULTS.compatibility, host: ANY_HOST } as JsonObject;
const runtime = { ...SECTION_DEFAULTS.runtime, loader: 'native', protocol: 'stdio' } as JsonObject;
delete compatibility.min_host_version;
delete compatibility.max_host_version;

export function toRecord(manifest: PluginManifest): ManifestRecord {
  const { plugin, dependencies, config } = manifest;
  const { name, keywords, ...about } = plugin;
  const given = Object.entries(about).filter(([, value]) => value !== null);
  return {
    plugin: {
      ...Object.fromEntries(given),
      id: plugin.id,
      ...(name !== plugin.id && { name }),
      ...(keywords.length > 0 && { keywords }),
    },
    ...said('capabilities', manifest.capabilities, capabilities),
    ...said('compatibility', manifest.compatibility, compatibility),
    ...said('runtime', manifest.runtime, runtime),
    ...said('permissions', manifest.permissions, permissions),
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
    ...(config !== null && { config }),
  };
}

/** What a section says that isn't so anyway. */
function said(name: string, section: object, usual: object): JsonObject {
  const own = Object.entries(section).filter(
    ([key, value]) => value !== Reflect.get(usual, key) && !isEmptyList(value),
  );
  return own.length > 0 ? { [name]: Object.fromEntries(own) } : {};
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** What every start looks at of a manifest; what reads as if it were not there is left out. */
export interface ManifestBrief extends Pick<ManifestRecord, 'runtime' | 'dependencies' | 'config'> {
  readonly id: string;
  /** Names of hooks that it lists. */
  readonly hooks?: readonly string[];
}

/** A manifest in two parts, since a start that opens nothing needs the first one only. */
export interface SplitManifest {
  readonly brief: ManifestBrief;
  /** The rest, as JSON. */
  readonly rest: string;
}

export function splitManifest(manifest: PluginManifest): SplitManifest {
  const { runtime, dependencies, config, ...rest } = toRecord(manifest);
  const { hooks } = manifest.capabilities;
  const brief: ManifestBrief = {
    id: manifest.plugin.id,
    ...(hooks.length > 0 && { hooks }),
    ...(runtime !== undefined && { runtime }),
    ...(dependencies !== undefined && { dependencies }),
    ...(config !== undefined && { config }),
  };
  return { brief, rest: jsonText(rest) };
}

/**
 * The manifest that splitManifest() was given, as far as these are what it gave.
 * @param rest the other part, which is asked for when it is first needed
 * @param file absolute path of the manifest
 */
export function joinManifest(
  brief: ManifestBrief,
  rest: () => string,
  file: string,
  dir = dirname(file),
): PluginManifest {
  return new JoinedManifest(brief, rest, file, dir);
}

/** As an object that has all of it, to be shown, compared and written. */
export function wholeManifest(manifest: PluginManifest): PluginManifest {
  return manifest instanceof JoinedManifest ? manifest.whole : manifest;
}

class JoinedManifest implements PluginManifest {
  readonly file: string;
  readonly dir: string;
  readonly runtime: PluginManifest['runtime'];
  readonly dependencies: PluginManifest['dependencies'];
  readonly config: PluginManifest['config'];
  readonly #rest: () => string;
  #read: Rest | null = null;

  constructor(brief: ManifestBrief, rest: () => string, file: string, dir: string) {
    const { dependencies, config } = brief;
    this.file = file;
    this.dir = dir;
    this.runtime = whole(brief.runtime, runtime) as PluginManifest['runtime'];
    this.dependencies = dependencies === undefined ? NO_DEPENDENCIES : dependenciesOf(dependencies);
    this.config = config === undefined ? null : freezeDeep(config);
    this.#rest = rest;
  }

  get plugin() {
    return this.#now().plugin;
  }
  get capabilities() {
    return this.#now().capabilities;
  }
  get compatibility() {
    return this.#now().compatibility;
  }
  get permissions() {
    return this.#now().permissions;
  }

  get whole(): PluginManifest {
    const { file, dir, runtime, dependencies, config } = this;
    const { plugin, capabilities, compatibility, permissions } = this.#now();
    return Object.freeze({
      file,
      dir,
      plugin,
      capabilities,
      compatibility,
      runtime,
      dependencies,
      permissions,
      config,
    });
  }

  #now(): Rest {
    this.#read ??= readRest(readJson<ManifestRecord>(this.#rest()));
    return this.#read;
  }
}

type Rest = Pick<PluginManifest, 'plugin' | 'capabilities' | 'compatibility' | 'permissions'>;

function readRest({ plugin, ...own }: ManifestRecord): Rest {
  return {
    plugin: Object.freeze({
      id: plugin.id,
      version: plugin.version as string,
      entry: freezeDeep(plugin.entry) as PluginManifest['plugin']['entry'],
      name: plugin.name ?? plugin.id,
      description: plugin.description ?? null,
      author: plugin.author ?? null,
      license: plugin.license ?? null,
      homepage: plugin.homepage ?? null,
      repository: plugin.repository ?? null,
      keywords: freezeDeep(plugin.keywords) ?? NONE,
    }),
    capabilities: whole(own.capabilities, capabilities) as Rest['capabilities'],
    compatibility: whole(own.compatibility, compatibility) as Rest['compatibility'],
    permissions: whole(own.permissions, permissions) as Rest['permissions'],
  };
}

function whole(own: JsonObject | undefined, usual: object): object {
  if (own === undefined) return Object.freeze(usual);
  const section: JsonObject = { ...usual };
  for (const key in own) section[key] = freezeDeep(own[key]);
  return Object.freeze(section);
}

function dependenciesOf(kept: JsonObject): PluginManifest['dependencies'] {
  const result: JsonObject = Object.create(null);
  for (const [id, value] of Object.entries(kept)) result[id] = freezeDeep(value);
  return Object.freeze(result) as unknown as PluginManifest['dependencies'];
}
