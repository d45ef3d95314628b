import type { ShutdownReason } from '../../instance/index.js';
import type { HostCore } from '../host-core.js';
import type { PluginRecord } from '../plugins/plugin-record.js';

/** What stopping plugins needs from the host. */
export interface StopContext {
  readonly core: HostCore;
  /** For the plugins. */
  readonly reason: ShutdownReason;
}

/** Stops all plugins that run; a plugin stops before those that it needs. */
export async function stopPlugins(
  records: readonly PluginRecord[],
  context: StopContext,
): Promise<void> {
  const alive = records.filter(({ isAlive }) => isAlive);
  const levels = [...new Set(alive.map(({ level }) => level))].sort((a, b) => b - a);
  for (const level of levels) {
    const those = alive.filter((record) => record.level === level);
    await Promise.all(those.map((record) => stopPlugin(record, context)));
  }
}

/**
 * Stops one plugin: it takes no new call, what began may end within its limit drainMs, and it shuts
 * down. A failure on the way becomes its reason and a warning in the log.
 */
export async function stopPlugin(
  record: PluginRecord,
  { core, reason }: StopContext,
): Promise<void> {
  const { generation, lifecycle } = record;
  const instance = generation?.instance ?? null;
  if (generation === null || instance === null || !record.isAlive) {
    // It failed or never ran, unless it is being stopped already.
    if (lifecycle.can('discovered') && lifecycle.can('unloaded')) lifecycle.to('unloaded');
    return;
  }
  record.isAlive = false;
  generation.retire(() => record.refusal());
  const { registry, logger } = core;
  const batch = registry.snapshot.batchOf(record.name);
  if (batch?.generation === generation) registry.apply({ remove: [batch] });
  if (lifecycle.can('draining')) lifecycle.to('draining');
  const { drainMs } = generation.limits;
  const begun = performance.now();
  const left = generation.left(drainMs);
  if (left !== null) await left;
  const restMs = Math.max(0, drainMs - (performance.now() - begun));
  const unclean = await instance.shutdown(left === null ? drainMs : restMs, reason);
  generation.end();
  if (unclean === null) {
    record.leaveProcess();
    lifecycle.to('unloaded');
  } else {
    logger.warn({ plugin: record.name, code: unclean.code }, unclean.message);
    lifecycle.to('abandoned', unclean);
  }
}
