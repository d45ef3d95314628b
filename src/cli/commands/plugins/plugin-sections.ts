import { ABI_MAJOR, ABI_MINOR } from '../../../abi/index.js';
import { jsonText } from '../../../base/json/index.js';
import { count, showPath } from '../../../base/text/index.js';
import { HOST_VERSION } from '../../../base/version.js';
import type { ConfigEntry } from '../../../config/index.js';
import type { CapabilityInfo, PluginInfo } from '../../../host/index.js';
import { CURRENT_PLATFORM, type PluginManifest } from '../../../packages/manifest/index.js';
import type { Fact, Section } from '../../output/facts.js';

/**
 * Who keeps a plugin to its permissions. In the host's own process nobody can: native code there
 * may do whatever the user may.
 */
export const ENFORCED_BY = 'none';

/** How many of the newest changes of a plugin are shown; --json has all that the host keeps. */
const SHOWN_CHANGES = 20;

/**
 * What is known about a plugin, its tools apart.
 * @param others findings with the same id that are not used
 * @param marked what it lists and what it registered
 * @param config what it is configured with
 */
export function pluginSections(
  plugin: PluginInfo,
  others: readonly PluginInfo[],
  marked: readonly CapabilityInfo[],
  config: readonly ConfigEntry[],
): Section[] {
  const { manifest } = plugin;
  return [
    { title: 'Plugin', facts: identity(plugin) },
    { title: 'State', facts: state(plugin) },
    { title: 'Files', facts: files(plugin, others) },
    { title: 'Compatibility', facts: manifest === null ? [] : compatibility(manifest) },
    { title: 'Dependencies', facts: manifest === null ? [] : dependencies(manifest) },
    { title: 'Capabilities', facts: capabilities(plugin, marked) },
    { title: 'Permissions', facts: manifest === null ? [] : permissions(manifest) },
    { title: 'Configuration', facts: manifest === null ? [] : configuration(manifest, config) },
    { title: 'Library', facts: library(plugin) },
    { title: 'Timings', facts: timings(plugin) },
    { title: 'History', facts: history(plugin) },
    { title: 'Warnings', facts: plugin.warnings.map(({ code, message }) => [code, message]) },
  ];
}

/** Only what has a value. */
function known(facts: Record<string, string | null | undefined>): Fact[] {
  return Object.entries(facts).flatMap(([key, value]) => (value ? [[key, value] as const] : []));
}

function identity({ id, name, version, manifest }: PluginInfo): Fact[] {
  const {
    description,
    author,
    license,
    homepage,
    repository,
    keywords = [],
  } = {
    ...manifest?.plugin,
  };
  const about = { description, author, license, homepage, repository };
  return known({ id, name, version, ...about, keywords: keywords.join(', ') });
}

function state({ state, dormant, woken, error, reason, loader, origin }: PluginInfo): Fact[] {
  return known({
    state: dormant ? `${state} (dormant)` : state,
    'started by': woken && `${woken.by} at ${new Date(woken.at).toISOString()}`,
    code: error?.code,
    reason,
    loader,
    'found by': origin,
  });
}

function files(
  { path, entry, manifest, library }: PluginInfo,
  others: readonly PluginInfo[],
): Fact[] {
  return [
    ...known({
      folder: path,
      manifest: manifest?.file,
      entry,
      'copy opened': library?.opened,
      sha256: library?.sha256,
    }),
    ...others.map(({ path: other, version }): Fact => [`not used`, `${other} (${version ?? '-'})`]),
  ];
}

function compatibility({
  compatibility: { host, abi, platforms, features },
}: PluginManifest): Fact[] {
  const wanted = abi === null ? 'as the library says' : `${abi.major}.${abi.minor}`;
  return known({
    host: `${host} (this is ${HOST_VERSION})`,
    abi: `${wanted} (this host speaks ${ABI_MAJOR}.${ABI_MINOR})`,
    platforms: `${platforms.join(', ') || 'all'} (this is ${CURRENT_PLATFORM})`,
    features: features.join(', '),
  });
}

function dependencies(manifest: PluginManifest): Fact[] {
  return Object.entries(manifest.dependencies).map(([id, { range, optional }]) => [
    id,
    optional ? `${range} (optional)` : range,
  ]);
}

/** Each name that the manifest lists or that was registered, marked with which of the two. */
function capabilities({ library, dormant }: PluginInfo, marked: readonly CapabilityInfo[]): Fact[] {
  return marked.map(({ capability, name, listed, registered, leftOut }) => {
    if (leftOut) return [capability, `${name} (left out: see the warnings)`];
    const missing = library === null && !dormant ? 'listed' : 'listed, not registered';
    const both = listed ? 'listed, registered' : 'registered, not listed';
    return [capability, `${name} (${registered ? both : missing})`];
  });
}

function permissions({ permissions }: PluginManifest): Fact[] {
  const { network, filesystem, environment, storage, process, ui, limits } = permissions;
  const declared = known({
    network: network.join(', '),
    'filesystem.read': filesystem.read.join(', '),
    'filesystem.write': filesystem.write.join(', '),
    environment: environment.join(', '),
    storage: storage ? 'yes' : null,
    process: process ? 'yes' : null,
    ui: ui ? 'yes' : null,
    ...Object.fromEntries(
      Object.entries(limits).map(([name, limit]) => [
        `limits.${name}`,
        limit === null ? null : `${limit}`,
      ]),
    ),
  });
  const who = `${ENFORCED_BY} (it runs in the process of the host, and may do all that you may)`;
  return [
    ...(declared.length === 0 ? [['declared', 'none'] as const] : declared),
    ['enforced by', who],
  ];
}

/** What it is configured with, and where each value comes from; what has none, by its name. */
function configuration({ config }: PluginManifest, entries: readonly ConfigEntry[]): Fact[] {
  const { properties } = (config?.schema ?? {}) as { properties?: Record<string, unknown> };
  const set = entries.map(({ key, value, source, file, line }): Fact => {
    const where = file === null ? source : `${showPath(file)}:${line}`;
    return [key, `${typeof value === 'string' ? value : jsonText(value)} (${where})`];
  });
  const names = Object.keys(properties ?? {}).filter(
    (name) => !entries.some(({ key }) => key === name || key.startsWith(`${name}.`)),
  );
  return [...set, ...names.map((name): Fact => [name, 'not set'])];
}

function library({ library }: PluginInfo): Fact[] {
  if (library === null) return [];
  const { format, machine, abi, build, needed, earlier } = library;
  const { copies, bytes } = earlier;
  return known({
    format: `${format} ${machine}`,
    abi,
    build,
    needs: needed.join(', '),
    'earlier builds': copies > 0 ? `${copies} stay open, with ${bytes} bytes` : null,
  });
}

/** Its newest changes, oldest first. The reasons of the last one stand above, so the code says enough. */
function history({ history }: PluginInfo): Fact[] {
  const shown = history.slice(-SHOWN_CHANGES);
  const rest = history.length - shown.length;
  const omitted: Fact[] = rest > 0 ? [['earlier', `${count(rest, 'change')}, see --json`]] : [];
  return [
    ...omitted,
    ...shown.map(({ from, to, reason, cause, at }): Fact => {
      const code = reason === null ? '' : `, ${reason.code}`;
      return [new Date(at).toISOString(), `${from} to ${to} (${cause}${code})`];
    }),
  ];
}

function timings({ timings }: PluginInfo): Fact[] {
  return Object.entries(timings).map(([name, ms]) => [name, `${ms.toFixed(1)} ms`]);
}
