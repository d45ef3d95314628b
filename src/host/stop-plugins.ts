import type { Logger } from '../base/logging/index.js';
import type { ShutdownReason } from '../instance/index.js';
import type { Registry } from '../registry/index.js';
import type { PluginRecord } from './plugin-record.js';

/** What stopping plugins needs from the host. */
export interface StopContext {
  readonly registry: Registry;
  readonly logger: Logger;
  /** Milliseconds that calls in flight of a plugin may take to end. */
  readonly drainMs: (id: string) => number;
  /** For the plugins. */
  readonly reason: ShutdownReason;
}

/** Stops all plugins that run; a plugin stops before those that it needs. */
export async function stopPlugins(
  records: readonly PluginRecord[],
  context: StopContext,
): Promise<void> {
  const alive = records.filter(({ route }) => route !== null);
  const levels = [...new Set(alive.map(({ level }) => level))].sort((a, b) => b - a);
  for (const level of levels) {
    const those = alive.filter((record) => record.level === level);
    await Promise.all(those.map((record) => stopPlugin(record, context)));
  }
}

/** Stops one plugin. A failure on the way becomes its reason and a warning in the log. */
export async function stopPlugin(record: PluginRecord, context: StopContext): Promise<void> {
  const { instance, lifecycle } = record;
  if (instance === null || record.route === null) {
    // It failed or never ran, unless it is being stopped already.
    if (lifecycle.can('discovered') && lifecycle.can('unloaded')) lifecycle.to('unloaded');
    return;
  }
  record.route = null;
  context.registry.remove(record.name);
  if (lifecycle.can('draining')) lifecycle.to('draining');
  const unclean = await instance.shutdown(context.drainMs(record.name), context.reason);
  if (unclean === null) {
    record.leaveProcess();
    lifecycle.to('unloaded');
  } else {
    context.logger.warn({ plugin: record.name, code: unclean.code }, unclean.message);
    lifecycle.to('abandoned', unclean);
  }
}
