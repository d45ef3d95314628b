import { AisopodError } from '../../base/errors/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';
import { dependencyLevels } from './dependency-levels.js';
import { reloadPlugin } from './reload-plugin.js';
import type { StartContext } from './start-context.js';

/**
 * Reloads a plugin that runs, then those that ask to be reloaded after it. One of the operations of the host.
 * @param finding what lies there now
 * @throws AisopodError RELOAD_FAILED, PLUGIN_STUCK, PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE: the plugin is as it was.
 *   A failure of one that is reloaded after it is a warning of that one
 */
export async function reload(
  plugin: Plugin,
  finding: Finding,
  context: StartContext,
): Promise<void> {
  await reloadOne(plugin, finding, context);
  for (const dependent of followersOf(plugin, context)) {
    const { found, embedded } = dependent;
    try {
      await reloadOne(dependent, { found, embedded }, context);
    } catch (error) {
      const { code, message } = AisopodError.from(error);
      context.core.logger.error({ plugin: dependent.name, code }, message);
      dependent.warn(AisopodError.from(error));
    }
  }
}

async function reloadOne(plugin: Plugin, finding: Finding, context: StartContext): Promise<void> {
  const { core, bus } = context;
  const { name, phase } = plugin;
  if (phase !== 'active') throw phase === 'stuck' ? stuck(plugin) : plugin.refusal();
  const manifest = usable(name, finding);
  plan(plugin, manifest, context);
  await context.dormancy?.wakeNeeded(manifest, core);
  const { from, to, heldMs } = await reloadPlugin(plugin, finding, context);
  const generation = plugin.current?.number;
  const held = Math.round(heldMs * 1000) / 1000;
  core.logger.info(
    { plugin: name, from, to, generation, heldMs: held },
    `Plugin ${name} was reloaded (${from === to ? to : `${from} to ${to}`}); new calls waited ${Math.ceil(heldMs)} ms.`,
  );
  bus.announce('host.plugin.reloaded', () => ({
    plugin: name,
    from,
    to,
    generation,
    heldMs: held,
  }));
}

function stuck({ name, lifecycle }: Plugin): AisopodError {
  const text =
    `Plugin ${name} is stuck, so its state cannot be saved: ${lifecycle.reason?.message ?? ''} ` +
    'Reload it when that handler has returned, or restart the host.';
  return new AisopodError('PLUGIN_STUCK', text, { details: { plugin: name } });
}

/** @throws AisopodError RELOAD_FAILED */
function usable(name: string, { found }: Finding): PluginManifest {
  const { manifest, error, id, path } = found;
  if (error !== null) throw notFit(name, error);
  if (manifest !== null && id === name) return manifest;
  const other = `the folder ${path} holds the plugin ${id} now`;
  throw notFit(name, new AisopodError('DESCRIPTOR_INVALID', other));
}

/**
 * Puts the plugins into the order in which they need each other, with what the plugin needs from now on.
 * @throws AisopodError RELOAD_FAILED when it misses something, or when another one can't do with its new version
 */
function plan({ name }: Plugin, manifest: PluginManifest, { core }: StartContext): void {
  const { serving } = core.plugins;
  const nodes = serving.map((each) => {
    const { plugin, dependencies } = each.name === name ? manifest : each.manifest;
    const { version } = plugin;
    return { id: each.name, version, dependencies: new Map(Object.entries(dependencies)) };
  });
  const { levels, failures } = dependencyLevels(nodes, core.plugins.notRunning(serving));
  const [failure] = failures.values();
  if (failure !== undefined) throw notFit(name, failures.get(name) ?? failure);
  for (const [level, ids] of levels.entries()) {
    for (const plugin of serving) if (ids.includes(plugin.name)) plugin.level = level;
  }
}

function notFit(name: string, cause: AisopodError): AisopodError {
  const why = cause.message.replace(/[.\s]+$/, '');
  return new AisopodError(
    'RELOAD_FAILED',
    `The host could not reload plugin ${name}: ${why}. The one before goes on.`,
    { details: { plugin: name, step: 'find', code: cause.code }, cause },
  );
}

/** The plugins that run and are to be reloaded after it, each after those that it needs. */
function followersOf(plugin: Plugin, { core }: StartContext): readonly Plugin[] {
  const names = new Set([plugin.name]);
  const { running } = core.plugins;
  const followers = new Set<Plugin>();
  const inOrder = [...running].sort((a, b) => a.level - b.level);
  for (const each of inOrder) {
    const { dependencies } = each.manifest;
    const follows = Object.entries(dependencies).some(
      ([id, { reload }]) => reload && names.has(id),
    );
    if (!follows || each === plugin) continue;
    names.add(each.name);
    followers.add(each);
  }
  return [...followers];
}
