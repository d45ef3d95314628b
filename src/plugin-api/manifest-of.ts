import { AisopodError } from '../base/errors/index.js';
import { readJson, strictJson } from '../base/json/index.js';
import { show } from '../base/text/index.js';
import {
  type ManifestProblem,
  manifestError,
  manifestOfCode,
  type PluginManifest,
} from '../packages/manifest/index.js';
import type { Plugin } from './plugin.js';

/** What a plugin in TypeScript says of itself, judged like a manifest. */
export interface StatedManifest {
  readonly manifest: PluginManifest;
  /** Whether it says what it will register. */
  readonly listsCapabilities: boolean;
  /** Keys that the host does not know. */
  readonly warnings: readonly ManifestProblem[];
  /** At most one instance with its id is alive in this process. */
  readonly single: boolean;
}

/**
 * Reads what a plugin says of itself.
 * @throws AisopodError MANIFEST_INVALID with all faults; USAGE when it contradicts itself
 */
export function manifestOf(plugin: Plugin): StatedManifest {
  const { meta = {}, dependencies, compatibility, permissions, capabilities, config } = plugin;
  const { single = false } = plugin;
  if (typeof single !== 'boolean') throw notBoolean(single);
  const { supportedChannels = [], supportedProviders = [], keywords = [], ...about } = meta;
  const id = plugin.id ?? meta.name;
  const version = same('version', plugin.version, meta.version);
  const source = `embedder:${typeof id === 'string' ? id : ''}`;
  const stated = {
    plugin: {
      ...about,
      id,
      version,
      keywords: joined(keywords, supportedChannels, supportedProviders),
    },
    dependencies,
    compatibility,
    permissions,
    capabilities,
    config,
  };
  const text = strictJson(stated, 'What the plugin says of itself');
  const { manifest, errors, warnings } = manifestOfCode(source, readJson(text));
  if (manifest === null) throw manifestError(source, errors);
  return { manifest, listsCapabilities: capabilities !== undefined, warnings, single };
}

/** The lists as one; the first that is no list, so that it is found to be none. */
function joined(...lists: readonly (readonly string[])[]): unknown {
  return lists.find((list) => !Array.isArray(list)) ?? lists.flat();
}

function notBoolean(single: unknown): AisopodError {
  return new AisopodError('USAGE', `single is ${show(single)}; it must be true or false.`, {
    details: { option: 'plugin.single' },
  });
}

/** What is said in two places must be the same. */
function same<T>(key: string, own: T | undefined, meta: T | undefined): T | undefined {
  if (own === undefined || meta === undefined || own === meta) return own ?? meta;
  throw new AisopodError(
    'USAGE',
    `The ${key} of the plugin is ${show(own)}, and meta.${key} is ${show(meta)}. Say it once.`,
    { details: { option: `plugin.${key}` } },
  );
}
