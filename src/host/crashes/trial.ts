import { fileURLToPath } from 'node:url';
import { jsonText } from '../../base/json/index.js';
import type { HostCore } from '../host-core.js';
import type { HostOptions } from '../options.js';
import { findCrashers, type Tried } from './find-crashers.js';
import { runWatched } from './watched-child.js';

/** Set in trials. A program that was not started by Node.js runs itself as its trial: it must not recurse. */
const VARIABLE = 'AISOPOD_TRIAL';

/** Longest time without a report while no plugin is being started: to load the host, and to close it. */
const IDLE_MS = 60_000;

/** A file of the built package, also where the sources of this one run. */
const SCRIPT = fileURLToPath(new URL('../../../dist/host/crashes/trial-main.js', import.meta.url));

/** What a trial reads from its standard input. */
export interface TrialRequest {
  /** What JSON can hold of the options of the host that asks for the trial. */
  readonly options: HostOptions;
  readonly ids: readonly string[];
  /** Plugins that are not started, even if one of `ids` needs them. */
  readonly without: readonly string[];
}

/** A plugin to be tried. */
export interface Tryable {
  readonly id: string;
  /** The folder of its manifest. */
  readonly dir: string;
}

/**
 * Starts plugins, and those that they need, in child processes, one after the other.
 * @param signal ends the children when it is aborted
 * @returns what crashes, and what does not
 * @throws Error when there can be no child process; the reason of `signal`
 */
export async function tryPlugins(
  core: HostCore,
  plugins: readonly Tryable[],
  signal: AbortSignal,
): Promise<Tried> {
  if (process.env[VARIABLE] !== undefined) throw new Error('this process is itself a trial');
  const { pluginDirs = [], versions, features, limits, config } = core.options;
  const options: HostOptions = {
    home: core.home.root,
    env: core.env,
    pluginDirs: [...plugins.map(({ dir }) => dir), ...pluginDirs],
    versions,
    features,
    limits,
    config,
  };
  const electron = process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  const env = { ...process.env, ...electron, [VARIABLE]: '1' };
  const all = plugins.map(({ id }) => id);
  return findCrashers(all, (ids, without) => {
    const request: TrialRequest = { options: { ...options, only: ids }, ids, without };
    return runWatched({ script: SCRIPT, input: jsonText(request), idleMs: IDLE_MS, env, signal });
  });
}
