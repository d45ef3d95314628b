import { AisopodError } from '../base/errors/index.js';
import { showPath } from '../base/text/index.js';
import { formatProblem } from '../base/toml/index.js';
import type { HostConfig } from '../config/index.js';
import { embeddedLoader } from '../loaders/embedded/index.js';
import { type DiscoveredPlugin, versionPinned } from '../packages/discovery/index.js';
import {
  checkCompatibility,
  type HostFacts,
  type PluginManifest,
} from '../packages/manifest/index.js';
import { lifecycleFunctionsOf, manifestOf, type Plugin } from '../plugin-api/index.js';
import { type CodeHost, codeOf } from './plugin-code.js';
import { PluginRecord } from './plugin-record.js';

/** What taking in a plugin of the program itself needs from the host. */
export interface Embedding extends CodeHost {
  readonly facts: HostFacts;
}

/**
 * The record of a plugin that is code of this program; nothing of it runs yet.
 * @throws AisopodError USAGE, MANIFEST_INVALID
 */
export function embed(plugin: Plugin, by: Embedding): PluginRecord {
  const { functions, manifest, listsCapabilities, warnings, single } = read(plugin);
  const path = manifest.file;
  const found: DiscoveredPlugin = {
    lastGood: null,
    path,
    id: manifest.plugin.id,
    manifest,
    manifestFile: null,
    entry: null,
    origin: { path, real: path, origin: 'embedder', single: true, error: null },
    error: checkCompatibility(manifest, by.facts) ?? checkPin(manifest, by.host.config),
    warnings: warnings.map(
      (problem) => new AisopodError(problem.code, formatProblem(problem), { details: problem }),
    ),
  };
  const loader = embeddedLoader((request) => codeOf(functions, request, by, record));
  const record = new PluginRecord(found, by.events, { loader, listsCapabilities, single });
  return record;
}

/** A finding that has the id of one of `own` stands behind it, as behind any that comes first. */
export function shadowedBy(
  own: readonly PluginRecord[],
  found: DiscoveredPlugin,
): DiscoveredPlugin {
  const { id, path } = found;
  if (own.length === 0 || id === null || !own.some(({ name }) => name === id)) return found;
  const text =
    `${showPath(path)} (${id} ${found.manifest?.plugin.version ?? ''}) is shadowed by the ` +
    `${id} that this program registers itself. Remove one of them.`;
  const details = { id, path, by: `embedder:${id}` };
  return { ...found, error: new AisopodError('SHADOWED', text, { details }) };
}

/** Members of a stranger's object may be getters, and those may throw. */
function read(plugin: Plugin) {
  try {
    return { functions: lifecycleFunctionsOf(plugin), ...manifestOf(plugin) };
  } catch (cause) {
    if (AisopodError.is(cause)) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    const details = { option: 'plugin' };
    throw new AisopodError('USAGE', `The plugin cannot be read: ${text}`, { details, cause });
  }
}

function checkPin({ plugin }: PluginManifest, config: HostConfig): AisopodError | null {
  const pin = config.settingsFor(plugin.id).version;
  if (pin === null || pin === plugin.version) return null;
  return versionPinned(plugin.id, pin, [plugin.version]);
}
