import type { AisopodError } from '../../base/errors/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { HostCore } from '../host-core.js';
import { type DependencyPlan, dependencyLevels } from '../lifecycle/dependency-levels.js';
import type { Phase } from '../plugins/phases.js';
import type { Plugin } from '../plugins/plugin.js';

/** Manifests of plugins that are to be started or replaced, by id; null: the plugin is to be ended. */
export type NewManifests = ReadonlyMap<string, PluginManifest | null>;

const WAITING: ReadonlySet<Phase> = new Set(['failed_dependency', 'skipped_dependency']);

/** Whether a plugin would start as soon as what it needs is there. */
export function isWaiting({ phase }: Plugin): boolean {
  return WAITING.has(phase);
}

/** Plans the plugins that run, wait for others, or are new, as a host does that starts on them. */
export function planWith({ plugins }: HostCore, news: NewManifests): DependencyPlan {
  const members = new Map<string, PluginManifest>();
  for (const plugin of plugins.all) {
    if (plugin.isServing || isWaiting(plugin)) members.set(plugin.name, plugin.manifest);
  }
  for (const [id, manifest] of news) {
    if (manifest === null) members.delete(id);
    else members.set(id, manifest);
  }
  const failed = plugins.notRunning(plugins.all.filter(({ name }) => members.has(name)));
  for (const [id, manifest] of news) if (manifest === null) failed.delete(id);
  const nodes = Array.from(members, ([id, { plugin, dependencies }]) => ({
    id,
    version: plugin.version,
    dependencies: new Map(Object.entries(dependencies)),
  }));
  return dependencyLevels(nodes, failed);
}

/** The plugins that run and that a plan fails, since what they need is gone or has changed. */
export function unmetBy({ failures }: DependencyPlan, running: readonly Plugin[]): Plugin[] {
  return running.filter(({ name }) => failures.has(name));
}

/** Whether a plugin that waits for others comes out otherwise now. */
export function comesOutOtherwise(plugin: Plugin, { failures }: DependencyPlan): boolean {
  const reason: AisopodError | undefined = failures.get(plugin.name);
  return reason === undefined || reason.message !== plugin.lifecycle.reason?.message;
}
