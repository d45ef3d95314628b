import parse from 'semver/functions/parse.js';
import { ABI_MAJOR, ABI_MINOR } from '../../../abi/index.js';
import { count, show } from '../../../base/text/index.js';
import { HOST_VERSION } from '../../../base/version.js';
import { readHostConfig } from '../../../config/index.js';
import { resolveHome } from '../../../home/paths/index.js';
import { type DiscoveredPlugin, discover, searchPaths } from '../../../packages/discovery/index.js';
import { CURRENT_PLATFORM } from '../../../packages/manifest/index.js';
import type { Context, ExitCode } from '../../command.js';
import { tellConfigWarnings } from '../../open-host.js';
import { printJson } from '../../output/json.js';
import { pathCell } from '../../output/path-cell.js';
import { type Cell, formatLines, formatTable } from '../../output/table.js';
import { pinOf } from '../../pinned-versions.js';
import { usageError } from '../../usage-error.js';

/**
 * How a plugin stands to another version of the host. `changes`: another of its versions takes over;
 * `other`: it does not run in either, for a reason that has nothing to do with the host's version.
 */
type Fit = 'fits' | 'stops' | 'begins' | 'changes' | 'never' | 'other';

interface FitOf {
  readonly id: string | null;
  readonly version: string | null;
  readonly path: string;
  /** What its manifest asks of the host. */
  readonly host: string | null;
  readonly fit: Fit;
  readonly reason: string | null;
}

/**
 * Says which plugins would fit another version of aisopod, by their manifests alone: nothing is
 * opened, and nothing else than the version is taken to be other.
 *
 * @throws AisopodError USAGE when `wanted` is no version; NO_HOME, CONFIG_INVALID
 */
export async function checkHostVersion(context: Context, wanted: string): Promise<ExitCode> {
  const hostVersion = parse(wanted)?.version;
  if (hostVersion === undefined) {
    throw usageError(
      `--host-version needs a version such as 1.2.0, and ${show(wanted)} is not one.`,
      { option: '--host-version', value: wanted },
      'plugins doctor',
    );
  }
  const fits = compare(context, hostVersion);
  const stops = fits.filter(({ fit }) => fit === 'stops').length;
  const { stdout, style, options } = context;
  if (options.json) {
    const host = { version: HOST_VERSION, wanted: hostVersion, platform: CURRENT_PLATFORM };
    await printJson(stdout, { host, stops, plugins: fits });
  } else if (stdout.isTTY) {
    const headers = ['ID', 'VERSION', 'FOR AISOPOD', `WITH ${hostVersion}`, 'PATH'];
    const rows = fits.map((each) => shown(each, context.env));
    const { columns } = stdout;
    await stdout.write(
      formatTable({ headers, rows, columns, style }) + summary(stops, hostVersion),
    );
  } else {
    await stdout.write(
      formatLines(
        fits.map(({ id, version, host, fit, path, reason }) =>
          [id, version, fit, host, path, reason].map((field) => field ?? ''),
        ),
      ),
    );
  }
  return stops === 0 ? 0 : 1;
}

/** The same scan for both versions, since which of a plugin's versions is used depends on it. */
function compare(context: Context, hostVersion: string): FitOf[] {
  const { options, env } = context;
  const home = resolveHome({ home: options.home, env });
  const config = readHostConfig(home);
  if (!options.json) tellConfigWarnings(config, context);
  const paths = searchPaths({ home, env, configPaths: config.paths, pluginDirs: options.plugin });
  const scan = (version: string) =>
    discover({
      paths,
      host: {
        hostVersion: version,
        platform: CURRENT_PLATFORM,
        abiMajor: ABI_MAJOR,
        abiMinor: ABI_MINOR,
        features: config.features,
      },
      pinOf: pinOf(options.use, config),
    });
  const now = scan(HOST_VERSION);
  const then = new Map(scan(hostVersion).map((plugin) => [plugin.path, plugin]));
  const goodThen = new Set([...then.values()].flatMap(({ id, error }) => (error ? [] : [id])));
  return now
    .filter(({ error }) => error?.code !== 'SHADOWED')
    .map((plugin) => {
      const later = then.get(plugin.path) ?? plugin;
      const fit = fitOf(plugin, later, goodThen.has(plugin.id));
      const { id, path, manifest } = plugin;
      return {
        id,
        version: manifest?.plugin.version ?? null,
        path,
        host: manifest?.compatibility.host ?? null,
        fit,
        reason: (fit === 'begins' ? null : later.error?.message) ?? null,
      };
    });
}

/** @param someGood whether some version of the plugin fits then */
function fitOf(now: DiscoveredPlugin, then: DiscoveredPlugin, someGood: boolean): Fit {
  if (now.error === null) {
    if (then.error === null) return 'fits';
    return someGood ? 'changes' : 'stops';
  }
  if (now.error.code !== 'HOST_VERSION') return 'other';
  return someGood ? 'begins' : 'never';
}

const WORDS: Readonly<Record<Fit, Cell>> = {
  fits: { text: 'fits', format: 'green' },
  stops: { text: 'would stop fitting', format: 'red' },
  begins: { text: 'would begin to fit', format: 'green' },
  changes: { text: 'another version of it would be used', format: 'yellow' },
  never: { text: 'does not fit, now or then', format: 'yellow' },
  other: { text: 'does not run for another reason', format: 'dim' },
};

function shown({ id, version, host, fit, path }: FitOf, env: NodeJS.ProcessEnv): Cell[] {
  return [id ?? '-', version ?? '-', host ?? '-', WORDS[fit], pathCell(path, env)];
}

function summary(stops: number, hostVersion: string): string {
  const who = stops === 0 ? 'No plugin' : count(stops, 'plugin');
  return `\n${who} would stop fitting with aisopod ${hostVersion}.\n`;
}
