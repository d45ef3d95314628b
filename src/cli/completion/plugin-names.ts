import { ABI_MAJOR, ABI_MINOR } from '../../abi/index.js';
import { HOST_VERSION } from '../../base/version.js';
import { readHostConfig } from '../../config/index.js';
import { resolveHome } from '../../home/paths/index.js';
import { type DiscoveredPlugin, discover, searchPaths } from '../../packages/discovery/index.js';
import { CURRENT_PLATFORM } from '../../packages/manifest/index.js';
import { nameProblem } from '../../registry/index.js';
import type { Context } from '../command.js';
import type { Options } from '../options.js';
import { pinOf } from '../pinned-versions.js';
import type { Candidate } from './complete.js';

/** Ids of all plugins, switched off or not, with what their manifests say of them. */
export function idsOf(options: Options, context: Context): Candidate[] {
  const ids = new Map<string, string>();
  for (const { id, manifest } of found(options, context)) {
    if (id !== null && !ids.has(id)) ids.set(id, manifest?.plugin.description ?? '');
  }
  return [...ids];
}

/** What one name of a kind is called. */
const WORDS = {
  tools: 'Tool',
  commands: 'Command',
  prompts: 'Prompt',
  contexts: 'Context',
} as const;

/** A key of `[capabilities]` whose names are words of a command line. */
type NamedCapability = keyof typeof WORDS;

/**
 * The names of one kind that manifests list: the short ones, and the full ones once a colon
 * is written, or where a short name is another plugin's.
 */
export function namesOf(
  kind: NamedCapability,
  word: string,
  options: Options,
  context: Context,
): Candidate[] {
  const names = new Map<string, string>();
  const full: Candidate[] = [];
  for (const { id, manifest, enabled } of found(options, context)) {
    if (!enabled) continue;
    for (const name of manifest?.capabilities[kind] ?? []) {
      // A manifest may list what can't be registered, such as an option.
      if (nameProblem(name) !== null) continue;
      const about = `${WORDS[kind]} of ${id}`;
      if (names.has(name) || word.includes(':')) full.push([`${id}:${name}`, about]);
      if (!names.has(name)) names.set(name, about);
    }
  }
  return [...names, ...full];
}

/** What could be started, without starting it; by id, since that decides about short names. */
function found(
  options: Options,
  { env }: Context,
): readonly (DiscoveredPlugin & { readonly enabled: boolean })[] {
  const home = resolveHome({ home: options.home, env });
  const config = readHostConfig(home);
  const paths = searchPaths({ home, env, configPaths: config.paths, pluginDirs: options.plugin });
  return discover({
    paths,
    host: {
      hostVersion: HOST_VERSION,
      platform: CURRENT_PLATFORM,
      abiMajor: ABI_MAJOR,
      abiMinor: ABI_MINOR,
      features: config.features,
    },
    pinOf: pinOf(options.use, config),
  })
    .filter(({ id, error }) => error === null && id !== null)
    .map((each) => ({ ...each, enabled: config.settingsFor(each.id ?? '').enabled }))
    .sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
}
