import { AisopodError } from '../../base/errors/index.js';
import { lazily } from '../../base/lazily.js';
import { showPath } from '../../base/text/index.js';
import { formatProblem } from '../../base/toml/index.js';
import type { Generation, Loader, LoadRequest } from '../../instance/index.js';
import {
  type DiscoveredPlugin,
  isPinned,
  type Pin,
  versionPinned,
} from '../../packages/discovery/index.js';
import { checkCompatibility, type PluginManifest } from '../../packages/manifest/index.js';
import { lifecycleFunctionsOf, manifestOf, type Plugin } from '../../plugin-api/index.js';
import type { Finding } from '../plugins/finding.js';
import type { CodeHost } from '../scope/index.js';

// What runs plugins in TypeScript is loaded by the first one that is started.
const loadScope = lazily(() => import('../scope/index.js'), 16);
const loadEmbeddedLoader = lazily(() => import('../../loaders/embedded/index.js'), 16);

/**
 * The finding of a plugin that is code of this program; nothing of it runs yet.
 * @throws AisopodError USAGE, MANIFEST_INVALID
 */
export function embed(plugin: Plugin, by: CodeHost): Finding {
  const { functions, manifest, listsCapabilities, warnings, single } = read(plugin);
  const path = manifest.file;
  const found: DiscoveredPlugin = {
    lastGood: null,
    path,
    id: manifest.plugin.id,
    manifest,
    hooks: manifest.capabilities.hooks,
    manifestFile: null,
    entry: null,
    contents: null,
    origin: { path, real: path, origin: 'embedder', single: true, error: null },
    error:
      checkCompatibility(manifest, by.core.facts) ??
      checkPin(manifest, by.core.pinFor(manifest.plugin.id)),
    warnings: warnings.map(
      (problem) => new AisopodError(problem.code, formatProblem(problem), { details: problem }),
    ),
  };
  const loaderOf = (generation: Generation): Loader => ({
    async load(request) {
      const { codeOf } = await loadScope();
      const { embeddedLoader } = await loadEmbeddedLoader();
      const code = (given: LoadRequest) =>
        codeOf(functions, given, by, given.generation ?? generation);
      return embeddedLoader(code).load(request);
    },
  });
  return { found, embedded: { loaderOf, listsCapabilities, single } };
}

/** A finding that has the id of one of `own` stands behind it, as behind any that comes first. */
export function shadowedBy(own: readonly Finding[], found: DiscoveredPlugin): DiscoveredPlugin {
  const { id, path } = found;
  if (own.length === 0 || id === null || !own.some((each) => each.found.id === id)) return found;
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

function checkPin({ plugin }: PluginManifest, pin: Pin | null): AisopodError | null {
  if (pin === null || isPinned(plugin.version, pin)) return null;
  return versionPinned(plugin.id, pin, [plugin.version]);
}
