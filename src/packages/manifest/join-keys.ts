import { dirname } from 'node:path';
import { freezeDeep, jsonText } from '../../base/json/index.js';
import { type Findings, type Loose, under } from '../../base/shape/index.js';
import { readConfigSchema } from './config-file.js';
import { entryFile, loaderOf } from './entry-file.js';
import { hostRange } from './host-range.js';
import type { Dependency, Entry, LoaderName, PluginManifest } from './plugin-manifest.js';
import type { ManifestTable } from './shape.js';

/**
 * The manifest from its keys, and the rules that concern more than one of them. Each rule is asked
 * as long as the keys that it needs are sound, so that its fault is reported with the others.
 *
 * @param file absolute path of the manifest
 * @returns null when there was any fault
 */
export function joinKeys(
  file: string,
  read: Loose<ManifestTable>,
  findings: Findings,
): PluginManifest | null {
  const dir = dirname(file);
  const entry = read.plugin ? theEntry(read.plugin, findings) : null;
  const host = read.compatibility ? hostRange(read.compatibility, findings) : '';
  const loader = read.runtime && entry ? theLoader(read.runtime, entry, findings) : null;
  const dependencies = theDependencies(read.plugin?.id, read.dependencies, findings);
  const config = read.config ? readConfigSchema(read.config, dir, findings) : null;
  if (findings.failed || entry === null || loader === null) return null;

  const { plugin, capabilities, compatibility, runtime, permissions } = read as ManifestTable;
  const { abi, platforms, features } = compatibility;
  return Object.freeze({
    file,
    dir,
    plugin: Object.freeze({
      id: plugin.id,
      version: plugin.version,
      entry,
      name: plugin.name ?? plugin.id,
      description: plugin.description,
      author: plugin.author,
      license: plugin.license,
      homepage: plugin.homepage,
      repository: plugin.repository,
      keywords: plugin.keywords,
    }),
    capabilities,
    compatibility: Object.freeze({ host, abi, platforms, features }),
    runtime: Object.freeze({
      loader,
      command: runtime.command,
      args: runtime.args,
      protocol: 'stdio' as const,
      isolation: runtime.isolation,
      activation: runtime.activation,
      instance: runtime.instance,
      jit: runtime.jit,
    }),
    dependencies,
    permissions,
    config: config && freezeDeep(config),
  });
}

/** The entry under whichever of its three names; two that differ are a fault. */
function theEntry(plugin: Loose<ManifestTable['plugin']>, findings: Findings): Entry | null {
  const place = under(null, 'plugin');
  const given = (['entry', 'entry_point', 'main'] as const).filter((key) => plugin[key] !== null);
  const [first] = given;
  if (first === undefined) {
    findings.error(under(place, 'entry'), undefined, entryFile.expected);
    return null;
  }
  const entry = plugin[first];
  for (const key of given) {
    const other = plugin[key];
    if (!entry || !other || jsonText(other) === jsonText(entry)) continue;
    findings.error(under(place, key), other, `the same as \`${first}\`, or no \`${key}\``);
  }
  return entry ?? null;
}

/** The loader that is named, else the one that the entry's suffix stands for. */
function theLoader(
  runtime: Loose<ManifestTable['runtime']>,
  entry: Entry,
  findings: Findings,
): LoaderName | null {
  const place = under(null, 'runtime');
  const files = typeof entry === 'string' ? [entry] : Object.values(entry);
  const meant = new Set(runtime.command ? ['process' as const] : files.map(loaderOf));
  if (runtime.loader === undefined || (runtime.loader === null && meant.size === 0)) return null;
  if (runtime.loader === null && meant.size > 1) {
    const expected = `one of ${[...meant].join(', ')}: the entries do not agree on it`;
    findings.error(under(place, 'loader'), undefined, expected);
  }
  const loader = runtime.loader ?? ([...meant][0] as LoaderName);
  for (const key of ['command', 'args', 'protocol'] as const) {
    const stated = key === 'args' ? runtime.args?.length : runtime[key];
    if (loader === 'process' || !stated) continue;
    const hint = `the loader is ${loader}: the key has no effect`;
    findings.warn(under(place, key), `a ${key}`, 'it only with loader = "process"', { hint });
  }
  return loader;
}

function theDependencies(
  id: string | undefined,
  stated: ManifestTable['dependencies'] | undefined,
  findings: Findings,
): Readonly<Record<string, Dependency>> {
  const dependencies: Record<string, Dependency> = Object.create(null);
  for (const [name, value] of Object.entries(stated ?? {})) {
    if (name === id) {
      findings.error(under(under(null, 'dependencies'), name), name, 'another plugin than itself');
    }
    const { version, optional, reload } =
      typeof value === 'string' ? { version: value, optional: false, reload: false } : value;
    dependencies[name] = Object.freeze({ range: version, optional, reload });
  }
  return Object.freeze(dependencies);
}
