import { dirname } from 'node:path';
import { freezeDeep, type JsonObject } from '../../base/json/index.js';
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

/**
 * The manifest that toRecord() was given, as far as `record` is what it gave.
 * @param file absolute path of the manifest
 */
export function fromRecord(
  record: ManifestRecord,
  file: string,
  dir = dirname(file),
): PluginManifest {
  const { plugin, dependencies, config } = record;
  return Object.freeze({
    file,
    dir,
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
    capabilities: whole(record.capabilities, capabilities),
    compatibility: whole(record.compatibility, compatibility),
    runtime: whole(record.runtime, runtime),
    dependencies: dependencies === undefined ? NO_DEPENDENCIES : withoutPrototype(dependencies),
    permissions: whole(record.permissions, permissions),
    config: config === undefined ? null : freezeDeep(config),
  }) as PluginManifest;
}

function whole(own: JsonObject | undefined, usual: object): object {
  if (own === undefined) return Object.freeze(usual);
  const section: JsonObject = { ...usual };
  for (const key in own) section[key] = freezeDeep(own[key]);
  return Object.freeze(section);
}

function withoutPrototype(dependencies: JsonObject): Readonly<JsonObject> {
  const result: JsonObject = Object.create(null);
  for (const [id, value] of Object.entries(dependencies)) result[id] = freezeDeep(value);
  return Object.freeze(result);
}
