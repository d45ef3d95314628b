import { type ErrorData, errorData, type FailureData } from '../../base/errors/index.js';
import { shellWord, show } from '../../base/text/index.js';
import type { InstanceTimings, LibraryFacts } from '../../instance/index.js';
import { type PluginManifest, wholeManifest } from '../../packages/manifest/index.js';
import type { Finding } from './finding.js';
import type { LifecycleChange } from './lifecycle.js';
import { type Phase, phaseOfFault } from './phases.js';
import type { Plugin, Woken } from './plugin.js';

/** One plugin as the host sees it now; a copy that does not change. */
export interface PluginInfo {
  /** null while no manifest gives one. */
  readonly id: string | null;
  readonly name: string | null;
  readonly version: string | null;
  readonly state: Phase;
  /** It has been registered by an earlier start, and nothing of it is open until it is needed. */
  readonly dormant: boolean;
  /** What it was needed for when it had waited; null: it waits, or did not wait. */
  readonly woken: Woken | null;
  /** Why it stands where it stands; null when nothing is to be said. */
  readonly reason: string | null;
  /** The reason as data. */
  readonly error: FailureData | null;
  readonly warnings: readonly ErrorData[];
  /** The plugin's folder, or the file that was found instead of one. */
  readonly path: string;
  readonly loader: string | null;
  /** The names of its tools. */
  readonly tools: readonly string[];
  /** The file that the manifest's entry means. */
  readonly entry: string | null;
  /** Which search path brought it. */
  readonly origin: string;
  readonly manifest: PluginManifest | null;
  /** Known once the library has been opened. */
  readonly library: LibraryFacts | null;
  /** Milliseconds, by what was done; `open` is reading, copying and opening the library. */
  readonly timings: Readonly<Partial<Record<'open' | keyof InstanceTimings, number>>>;
  readonly history: readonly LifecycleChange[];
}

/**
 * A finding as the host sees it now: with the life of its plugin if that uses it, else with what
 * stands in its way.
 * @param plugin null: it is still to be added to the host
 * @param tools names of those that the plugin registered
 */
export function infoOf(
  { found }: Pick<Finding, 'found'>,
  plugin: Plugin | null,
  tools: readonly string[],
): PluginInfo {
  const { id, manifest, path } = found;
  const user = plugin?.found === found ? plugin : null;
  const reason = user === null ? found.error : user.lifecycle.reason;
  const newest = user?.newest;
  const warnings = user?.warnings ?? found.warnings;
  return {
    id,
    name: manifest?.plugin.name ?? null,
    version: manifest?.plugin.version ?? null,
    state: user?.phase ?? (reason === null ? 'discovered' : phaseOfFault(reason)),
    dormant: user?.isDormant ?? false,
    woken: user?.woken ?? null,
    reason: reason?.message ?? null,
    error: reason === null ? null : errorData(reason),
    warnings: warnings.map(errorData),
    path,
    loader: manifest?.runtime.loader ?? null,
    tools: user === null ? [] : tools,
    entry: found.entry?.real ?? null,
    origin: found.origin.origin,
    manifest: manifest && wholeManifest(manifest),
    library: newest?.library ?? null,
    timings: {
      ...(newest?.openMs === undefined ? {} : { open: newest.openMs }),
      ...newest?.instance?.timings,
    },
    history: user?.lifecycle.history ?? [],
  };
}

/** Sentences about why something that the manifest of a plugin lists is not registered. */
export function absenceText(
  id: string,
  state: Phase,
  error: { readonly code: string } | null,
): string {
  const who = `Plugin ${show(id)} lists it in its manifest`;
  if (state === 'disabled') {
    return `${who} and is disabled. Enable it with: aisopod plugins enable ${shellWord(id)}`;
  }
  const stands = error === null ? `is not active (${state})` : `did not start (${error.code})`;
  const why = state === 'active' ? 'did not register it' : stands;
  return `${who} and ${why}. Show details with: aisopod plugins inspect ${shellWord(id)}`;
}
