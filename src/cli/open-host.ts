import { AisopodError, type ErrorCode } from '../base/errors/index.js';
import type { Logger } from '../base/logging/index.js';
import { count, nearest, notFoundText } from '../base/text/index.js';
import { formatProblem } from '../base/toml/index.js';
import type { Config } from '../config/index.js';
import type { HostOptions, PluginHost, PluginInfo } from '../host/index.js';
import { isFailure } from '../host/plugins/phases.js';
import type { Context } from './command.js';
import { withGivenOptions } from './output/given-options.js';
import { bothLoggers, messageLogger } from './output/logger.js';
import { versionsOf } from './pinned-versions.js';

export interface OpenHostOptions {
  /** Go on with what there is where --strict, or the configuration, would stop. */
  readonly tolerant?: boolean;
  /** Codes of warnings that the command shows itself. */
  readonly shows?: readonly ErrorCode[];
  /** Try the plugins again that are left out because they crashed. */
  readonly retry?: boolean;
  /** Follow the folders of plugins and the configuration, and keep the process running. */
  readonly watch?: boolean;
  /** Also receives what the host and its plugins log. */
  readonly logs?: Logger;
  /** Start every plugin, also one that could wait until it is needed. */
  readonly all?: boolean;
}

/**
 * Opens a host as the options say; it is closed when the command is over. From before the first
 * plugin is opened, standard output is ours alone.
 *
 * @throws AisopodError those of PluginHost.open(); OUTPUT_FAILED
 */
export async function openHost(
  context: Context,
  opening: OpenHostOptions = {},
): Promise<PluginHost> {
  const { createHost } = await import('../host/index.js');
  const { tolerant = false, retry = false, watch = false, all = false } = opening;
  const { options, ways } = context;
  const asTheyAre = ways === undefined && options.only.length > 0;
  const activation = all ? 'startup' : undefined;
  const given = { ...hostOptions(context, opening), watch, keepAlive: watch, activation } as const;
  const host = createHost(given, { ...ways, asTheyAre, retry });
  context.defer(async () => {
    await host.close();
    if (mayHoldTheProcess(host)) context.endProcess();
  });
  const found = host.discover();
  assertUsedPlugins(context, host);
  if (!context.options.json) tellConfigWarnings(host.config, context);
  if (watch || found.some(({ state }) => state === 'validated')) {
    await keepStdout(context);
  }
  try {
    await host.start();
  } catch (error) {
    if (!tolerant) throw error;
  }
  return host;
}

/** Without native code nothing prints but this program, and each plugin fails with the reason. */
async function keepStdout({ stdout }: Context): Promise<void> {
  const own = await import('./output/own-stdout.js').catch(() => null);
  await own?.keepStdout(stdout);
}

/** A host that has found its plugins, for a command that runs none of them. */
export async function discoverHost(context: Context): Promise<PluginHost> {
  const { PluginHost } = await import('../host/index.js');
  const host = PluginHost.create(hostOptions(context));
  context.defer(() => host.close());
  host.discover();
  assertUsedPlugins(context, host);
  return host;
}

/** Whether a library was given up while it was opened: it may be opening still. */
function mayHoldTheProcess(host: PluginHost): boolean {
  return host.plugins.list().some(({ error }) => error?.code === 'LIBRARY_SLOW');
}

function hostOptions(
  { options, env, messages }: Context,
  { shows = [], logs }: Pick<OpenHostOptions, 'shows' | 'logs'> = {},
): HostOptions {
  const logger = messageLogger(messages, options.verbose, shows);
  return {
    home: options.home,
    env,
    pluginDirs: options.plugin,
    only: onlyOf(options),
    versions: versionsOf(options.use),
    // Without the option, config.toml decides.
    strict: options.strict ? true : undefined,
    logger: logs === undefined ? logger : bothLoggers(logger, logs),
  };
}

/** @throws AisopodError PLUGIN_NOT_FOUND when --use names a plugin that is not there */
function assertUsedPlugins({ options }: Context, host: PluginHost): void {
  const versions = versionsOf(options.use) ?? {};
  for (const id of Object.keys(versions)) {
    if (host.plugins.get(id) !== undefined) continue;
    const ids = host.plugins.list().flatMap((plugin) => plugin.id ?? []);
    const similar = nearest(id, new Set(ids));
    const text = notFoundText('plugin', id, { similar, list: 'aisopod plugins list' });
    const details = { plugin: id, option: '--use' };
    throw new AisopodError('PLUGIN_NOT_FOUND', withGivenOptions(text, { ...options, use: [] }), {
      details,
    });
  }
}

/** undefined: AISOPOD_ONLY decides. */
function onlyOf({ only, 'no-plugins': none }: Context['options']): readonly string[] | undefined {
  if (none) return [];
  return only.length > 0 ? only : undefined;
}

/** Says what config.toml says in vain. */
export function tellConfigWarnings(
  { warnings }: Pick<Config, 'warnings'>,
  { messages }: Context,
): void {
  for (const warning of warnings) void messages.warn(formatProblem(warning));
}

/** Whether something went wrong with a plugin; one that another copy takes the place of is fine. */
export function failed({ state }: PluginInfo): boolean {
  return isFailure(state);
}

/**
 * Says in a line how many plugins did not start; nothing when all did. Without native code none of them
 * can, so that is said at once.
 */
export function tellFailures(host: PluginHost, { messages, options }: Context): void {
  const failures = host.plugins.list().filter(failed);
  if (failures.length === 0 || options.json) return;
  const common = failures.find(({ error }) => error?.code === 'ADDON_MISSING')?.error?.message;
  const more = common ?? 'Show why with: aisopod plugins doctor';
  const text = `${count(failures.length, 'plugin')} did not start. ${more}`;
  void messages.warn(withGivenOptions(text, options));
}
