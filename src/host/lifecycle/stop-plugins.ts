import type { ShutdownReason } from '../../instance/index.js';
import type { HostCore } from '../host-core.js';
import type { Plugin } from '../plugins/plugin.js';

/** What stopping plugins needs from the host. */
export interface StopContext {
  readonly core: HostCore;
  /** For the plugins. */
  readonly reason: ShutdownReason;
}

/** Stops all plugins that run; a plugin stops before those that it needs. */
export async function stopPlugins(plugins: readonly Plugin[], context: StopContext): Promise<void> {
  // With many of them, one change of the registry is much faster than one for each.
  stopDormant(
    plugins.filter(({ isDormant, isStarting }) => isDormant && !isStarting),
    context.core,
  );
  const alive = plugins.filter(({ isThere }) => isThere);
  const levels = [...new Set(alive.map(({ level }) => level))].sort((a, b) => b - a);
  for (const level of levels) {
    const those = alive.filter((plugin) => plugin.level === level);
    await Promise.all(those.map((plugin) => stopPlugin(plugin, context)));
  }
}

/**
 * Stops one plugin: it takes no new call, what began may end within its limit drainMs, and it shuts
 * down. A failure on the way becomes its reason and a warning in the log.
 */
export async function stopPlugin(plugin: Plugin, { core, reason }: StopContext): Promise<void> {
  if (plugin.isDormant && plugin.isStarting) {
    plugin.abortStart(reason === 'close' ? 'close' : 'unload');
    await core.operations.calm();
  }
  if (plugin.isDormant) {
    stopDormant([plugin], core);
    return;
  }
  const { newest: generation, lifecycle } = plugin;
  const instance = generation?.instance ?? null;
  if (generation === null || instance === null || !generation.isAlive) {
    // It failed or never ran, unless it is being stopped already.
    if (lifecycle.can('discovered') && lifecycle.can('unloaded')) lifecycle.to('unloaded');
    return;
  }
  generation.beginEnd();
  generation.retire(() => plugin.refusal());
  const { registry, logger } = core;
  const batch = registry.snapshot.batchOf(plugin.name);
  if (batch?.generation === generation) registry.apply({ remove: [batch] });
  if (lifecycle.can('draining')) lifecycle.to('draining');
  const { drainMs } = generation.limits;
  const begun = performance.now();
  const left = generation.left(drainMs);
  if (left !== null) await left;
  const restMs = Math.max(0, drainMs - (performance.now() - begun));
  const unclean = await instance.shutdown(left === null ? drainMs : restMs, reason);
  generation.end();
  plugin.endGeneration(generation);
  if (unclean === null) {
    generation.leaveProcess();
    lifecycle.to('unloaded');
  } else {
    logger.warn({ plugin: plugin.name, code: unclean.code }, unclean.message);
    lifecycle.to('abandoned', unclean);
  }
}

/** Nothing of these plugins was opened, so nothing of them has to end. */
function stopDormant(plugins: readonly Plugin[], { registry }: HostCore): void {
  const { snapshot } = registry;
  registry.apply({ remove: plugins.flatMap(({ name }) => snapshot.batchOf(name) ?? []) });
  for (const plugin of plugins) {
    const { current } = plugin;
    current?.retire(() => plugin.refusal());
    current?.end();
    if (current !== null) plugin.endGeneration(current);
    plugin.lifecycle.to('unloaded');
  }
}
