import type { Plugin } from '../plugins/plugin.js';
import { dependencyLevels } from './dependency-levels.js';
import type { StartContext } from './start-context.js';
import { loadPlugin, registerAndInit } from './start-plugin.js';

/** A plugin with this failure may never return, and may hold the loader of the operating system. */
const HOLDING = new Set(['LIBRARY_SLOW', 'LIFECYCLE_TIMEOUT']);

/**
 * Starts plugins, each when the one before has started or failed, and before them those that they need. A
 * plugin starts even if a plugin that it needs is missing, since the program that asks for the trial may have
 * it. Stops early after a plugin that never returns.
 *
 * @param found all that can be started
 */
export async function startOneByOne(
  ids: readonly string[],
  found: readonly Plugin[],
  context: StartContext,
): Promise<void> {
  const byId = new Map(found.map((plugin) => [plugin.name, plugin]));
  for (const plugin of inOrder(ids, byId)) {
    plugin.beginStart();
    const loaded = await loadPlugin(plugin, context);
    const batch = loaded ? await registerAndInit(plugin, context) : null;
    if (batch !== null) {
      context.core.registry.apply({ add: [batch] });
      plugin.lifecycle.to('active');
    }
    plugin.endStart();
    context.guard?.clear(plugin);
    if (HOLDING.has(plugin.lifecycle.reason?.code ?? '')) break;
  }
}

/** Those and all that they need of `byId`, in the order of dependencies. */
function inOrder(ids: readonly string[], byId: ReadonlyMap<string, Plugin>): readonly Plugin[] {
  const wanted = new Set<Plugin>();
  const add = (id: string) => {
    const plugin = byId.get(id);
    if (plugin === undefined || wanted.has(plugin)) return;
    wanted.add(plugin);
    for (const needed of Object.keys(plugin.manifest.dependencies)) add(needed);
  };
  for (const id of ids) add(id);
  const needsOf = ({ manifest }: Plugin) =>
    Object.keys(manifest.dependencies).filter((id) => {
      const plugin = byId.get(id);
      return plugin !== undefined && wanted.has(plugin);
    });
  const { levels } = dependencyLevels(
    Array.from(wanted, (plugin) => ({
      id: plugin.name,
      version: plugin.manifest.plugin.version,
      dependencies: new Map(needsOf(plugin).map((id) => [id, { range: '*', optional: true }])),
    })),
  );
  return levels.flat().flatMap((id) => byId.get(id) ?? []);
}
