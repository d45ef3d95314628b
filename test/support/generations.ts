import { AisopodError } from '../../src/base/errors/index.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/config/index.js';
import type { PluginHost } from '../../src/host/index.js';
import { Generation, type PluginInstance } from '../../src/instance/index.js';
import { type Dispatcher, type Epoch, Registry } from '../../src/registry/index.js';

export function notActive(plugin: string): AisopodError {
  return new AisopodError('PLUGIN_NOT_ACTIVE', `${plugin} does not run`);
}

/** A generation that serves, with an instance where one is given. */
export function makeGeneration(
  plugin: string,
  instance?: PluginInstance,
  limits: Partial<Limits> = {},
): Generation {
  const of = { plugin, number: 1, limits: { ...DEFAULT_LIMITS, ...limits } };
  const generation = new Generation(of, () => notActive(plugin));
  if (instance !== undefined) generation.opened(instance);
  generation.open();
  return generation;
}

/** The generation of a plugin that runs in a host. */
export function generationOf(host: PluginHost, plugin: string): Generation {
  const { registry } = host;
  const batch = registry instanceof Registry ? registry.snapshot.batchOf(plugin) : undefined;
  if (batch === undefined) throw notActive(plugin);
  return batch.generation;
}

/** How kinds reach what is in a registry. @param generations by plugin, those that can be found by id */
export function makeDispatcher(
  registry: Registry,
  epoch: Epoch,
  generations: ReadonlyMap<string, Generation> = new Map(),
): Dispatcher {
  return {
    epoch,
    get snapshot() {
      return registry.snapshot;
    },
    assertOpen() {},
    whyAbsent: () => null,
    running(plugin) {
      const generation = generations.get(plugin);
      if (generation === undefined) throw notActive(plugin);
      return generation;
    },
  };
}
