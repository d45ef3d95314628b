import { AisopodError } from '../../base/errors/index.js';
import type { PluginBatch } from '../../registry/index.js';
import type { Remembered } from '../dormant/index.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';
import {
  type Dependency,
  type DependencyNode,
  type DependencyPlan,
  dependencyFailed,
  dependencyLevels,
} from './dependency-levels.js';
import type { StartContext } from './start-context.js';
import { fail, loadPlugin, registerAndInit } from './start-plugin.js';

/**
 * Plugins that wait for their libraries at the same time. They are opened one after the other, but go
 * to the thread where that is done, and come back, together; more would hold up the event loop.
 */
const LOADING_AT_ONCE = 32;

/**
 * Starts plugins, each level of dependencies after the one before: libraries are opened one after
 * the other, by id, those that must be read first last; register and init run in parallel within a
 * level. One that fails takes only those with it that need it.
 *
 * @param wanted those to start; each in phase validated
 * @param others those that run already and that may be needed
 * @param failed by id, why others that are there do not run
 */
export async function startPlugins(
  wanted: readonly Plugin[],
  others: readonly Plugin[],
  failed: ReadonlyMap<string, AisopodError>,
  context: StartContext,
): Promise<void> {
  const byId = new Map([...others, ...wanted].map((plugin) => [plugin.name, plugin]));
  const plan = dependencyLevels(
    Array.from(byId.values(), (plugin) => new Node(plugin)),
    failed,
  );
  const { dormancy } = context;
  const { starting, remembered } = dormancy?.plan(wanted, byId, context) ?? {
    starting: wanted,
    remembered: new Map(),
  };
  for (const plugin of starting) plugin.beginStart();
  try {
    await context.guard?.prepare(starting.filter(isNative));
    const waiting = { starting: new Set(starting), remembered: new Map(remembered) };
    await startPlan(plan, waiting, byId, context);
  } finally {
    for (const plugin of starting) {
      plugin.endStart();
      if (plugin.isDormant) dormancy?.lost(plugin, context);
    }
  }
}

/** A plugin as it is planned. Most need nothing, and of most the version is never asked for. */
class Node implements DependencyNode {
  readonly id: string;
  readonly dependencies: DependencyNode['dependencies'];
  readonly #plugin: Plugin;

  constructor(plugin: Plugin) {
    const { dependencies } = plugin.manifest;
    const ids = Object.keys(dependencies);
    this.id = plugin.name;
    this.dependencies = ids.length === 0 ? NO_DEPENDENCIES : new Map(Object.entries(dependencies));
    this.#plugin = plugin;
  }

  get version(): string {
    return this.#plugin.manifest.plugin.version;
  }
}

const NO_DEPENDENCIES: DependencyNode['dependencies'] = new Map();

/** Plugins on their way. */
interface Waiting {
  /** Those that are to be opened. */
  readonly starting: Set<Plugin>;
  /** Those that are not opened before they are needed, with what they registered before. */
  readonly remembered: Map<Plugin, Remembered>;
}

async function startPlan(
  plan: DependencyPlan,
  { starting, remembered }: Waiting,
  byId: ReadonlyMap<string, Plugin>,
  context: StartContext,
): Promise<void> {
  for (const [id, error] of plan.failures) {
    const plugin = byId.get(id);
    if (plugin === undefined || !(starting.delete(plugin) || remembered.delete(plugin))) continue;
    const skipped = error.code === 'DEPENDENCY_FAILED';
    plugin.lifecycle.to(skipped ? 'skipped_dependency' : 'failed_dependency', error);
  }
  for (const [level, ids] of plan.levels.entries()) {
    const plugins = ids
      .map((id) => byId.get(id))
      .filter((plugin) => plugin !== undefined)
      .filter((plugin) => starting.has(plugin) || remembered.has(plugin));
    for (const plugin of plugins) plugin.level = level;
    const asleep = layDown(plugins, remembered, byId, context);
    const opened = await startLevel(
      plugins.filter((plugin) => starting.has(plugin)),
      byId,
      context,
    );
    serve([...asleep, ...opened], byId, context);
  }
}

/** Lets what plugins registered before stand for them. @returns what is to be added to the registry */
function layDown(
  plugins: readonly Plugin[],
  remembered: ReadonlyMap<Plugin, Remembered>,
  byId: ReadonlyMap<string, Plugin>,
  context: StartContext,
): readonly PluginBatch[] {
  const batches: PluginBatch[] = [];
  for (const plugin of plugins) {
    const before = remembered.get(plugin);
    const missing = before === undefined ? null : failedDependency(plugin, byId);
    if (missing !== null) plugin.lifecycle.to('skipped_dependency', missing);
    else if (before !== undefined) {
      batches.push(...(context.dormancy?.sleep(plugin, before, context) ?? []));
    }
  }
  return batches;
}

/** @returns what those have registered that have started */
async function startLevel(
  plugins: readonly Plugin[],
  byId: ReadonlyMap<string, Plugin>,
  context: StartContext,
): Promise<readonly PluginBatch[]> {
  const entries = plugins.flatMap(({ found }) => found.entry?.real ?? []);
  if (entries.length > 0) (await context.libraries.load()).expect(entries);
  const { guard } = context;
  guard?.mark(plugins.filter(isNative));
  const waiting = plugins.values();
  const loaded: Plugin[] = [];
  const batches: Promise<PluginBatch | null>[] = [];
  const begin = () => {
    for (const plugin of loaded.splice(0)) batches.push(finish(plugin, context));
  };
  // Those that come back together begin together: each wakes threads, and is woken by them.
  const ready = (plugin: Plugin) => {
    if (loaded.push(plugin) === 1) setImmediate(begin);
  };
  const load = async () => {
    for (const plugin of waiting) {
      const missing = failedDependency(plugin, byId);
      if (missing !== null) plugin.lifecycle.to('skipped_dependency', missing);
      else if (await loadPlugin(plugin, context)) {
        ready(plugin);
        continue;
      }
      guard?.clear(plugin);
    }
  };
  await Promise.all(Array.from({ length: LOADING_AT_ONCE }, load));
  begin();
  const good = (await Promise.all(batches)).filter((batch) => batch !== null);
  // What was unloaded while others of the level still started.
  for (let i = good.length - 1; i >= 0; i--) {
    const plugin = byId.get((good[i] as PluginBatch).id);
    if (plugin === undefined || plugin.startAborted === null) continue;
    good.splice(i, 1);
    await fail(plugin, 'failed_init', plugin.startAborted);
  }
  return good;
}

/** Adds what a level has registered in one step; in place of what stood for those that were needed. */
function serve(
  batches: readonly PluginBatch[],
  byId: ReadonlyMap<string, Plugin>,
  context: StartContext,
): void {
  const { core, dormancy } = context;
  const { snapshot } = core.registry;
  const remove = batches.flatMap(({ id }) => snapshot.batchOf(id) ?? []);
  for (const { plugin: id, code, message, details } of core.registry.apply({
    remove,
    add: batches,
  })) {
    const plugin = byId.get(id);
    const isKnown = plugin?.warnings.some((each) => each.message === message) ?? false;
    if (!isKnown) plugin?.warn(new AisopodError(code, message, { details }));
  }
  for (const { id, generation } of batches) {
    const plugin = generation.isDormant ? undefined : byId.get(id);
    if (plugin === undefined) continue;
    const before = plugin.current;
    plugin.lifecycle.to('active');
    if (before?.isDormant === true) dormancy?.woken(plugin, before, context);
  }
}

/** Whether native code of it runs in this process. */
export function isNative({ found, embedded }: Finding): boolean {
  return found.entry !== null && embedded === null;
}

async function finish(plugin: Plugin, context: StartContext): Promise<PluginBatch | null> {
  const batch = await registerAndInit(plugin, context);
  context.guard?.clear(plugin);
  return batch;
}

/** The first dependency that did not start. */
function failedDependency(plugin: Plugin, byId: ReadonlyMap<string, Plugin>): AisopodError | null {
  const { dependencies } = plugin.manifest;
  for (const id in dependencies) {
    const { optional } = dependencies[id] as Dependency;
    const reason = byId.get(id)?.lifecycle.reason ?? null;
    if (!optional && byId.get(id)?.phase !== 'active' && reason !== null) {
      return dependencyFailed(plugin.name, id, reason);
    }
  }
  return null;
}
