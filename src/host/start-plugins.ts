import type { HostConfig, Limits } from '../config/index.js';
import { AisopodError } from '../errors/index.js';
import { type Home, makeDataDir } from '../home/index.js';
import { dependencyFailed, dependencyLevels, type Phase } from '../lifecycle/index.js';
import type { InstanceEvents, Loader, RequestHandlers } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';
import {
  judgeBatch,
  type PluginBatch,
  type Registry,
  type SpecParsers,
  type Trust,
} from '../registry/index.js';
import { parseToolSpec } from '../tools/index.js';
import { compareCapabilities } from './capabilities.js';
import type { HostEvents } from './events.js';
import { pluginLog } from './plugin-logger.js';
import type { PluginRecord } from './plugin-record.js';

/** The kinds that have a consumer, each with what reads its spec. */
const SPEC_PARSERS: SpecParsers = { tool: parseToolSpec };
const KINDS_SERVED = ['tool'] as const;

/** What starting plugins needs from the host. */
export interface StartContext {
  readonly home: Home;
  readonly config: HostConfig;
  readonly registry: Registry;
  readonly events: HostEvents;
  readonly logger: Logger;
  readonly requests: RequestHandlers;
  readonly limits: Partial<Limits>;
  readonly strict: boolean;
}

/**
 * Starts plugins, each level of dependencies after the one before: libraries are opened one after
 * the other, register and init run in parallel within a level. One that fails takes only those with
 * it that need it.
 *
 * @param wanted those to start; each in phase validated
 * @param others those that run already and that may be needed
 * @param failed by id, why others that are there do not run
 */
export async function startPlugins(
  wanted: readonly PluginRecord[],
  others: readonly PluginRecord[],
  failed: ReadonlyMap<string, AisopodError>,
  context: StartContext,
): Promise<void> {
  const byId = new Map([...others, ...wanted].map((record) => [record.name, record]));
  const plan = dependencyLevels(
    [...byId.values()].map(({ name, manifest }) => ({
      id: name,
      version: manifest.plugin.version,
      dependencies: new Map(Object.entries(manifest.dependencies)),
    })),
    failed,
  );
  const waiting = new Set(wanted);
  for (const [id, error] of plan.failures) {
    const record = byId.get(id);
    if (record === undefined || !waiting.delete(record)) continue;
    fail(
      record,
      error.code === 'DEPENDENCY_FAILED' ? 'skipped_dependency' : 'failed_dependency',
      error,
    );
  }
  for (const [level, ids] of plan.levels.entries()) {
    const records = ids
      .map((id) => byId.get(id))
      .filter((record) => record !== undefined && waiting.has(record)) as PluginRecord[];
    for (const record of records) record.level = level;
    await startLevel(records, byId, context);
  }
}

async function startLevel(
  records: readonly PluginRecord[],
  byId: ReadonlyMap<string, PluginRecord>,
  context: StartContext,
): Promise<void> {
  const opened: PluginRecord[] = [];
  for (const record of records) {
    const missing = failedDependency(record, byId);
    if (missing !== null) fail(record, 'skipped_dependency', missing);
    else if (await load(record, context)) opened.push(record);
  }
  const batches = await Promise.all(opened.map((record) => registerAndInit(record, context)));
  const good = batches.filter((batch) => batch !== null);
  for (const warning of context.registry.commitAll(good)) {
    byId
      .get(warning.plugin)
      ?.warn(new AisopodError(warning.code, warning.message, { details: warning.details }));
  }
  for (const { plugin } of good) byId.get(plugin.id)?.lifecycle.to('active');
}

/** Register, judge, init. The batch, when all of it went well. */
async function registerAndInit(
  record: PluginRecord,
  context: StartContext,
): Promise<PluginBatch | null> {
  let batch: PluginBatch | null = null;
  const registered = await attempt(record, 'failed_register', async () => {
    batch = await register(record, context);
  });
  if (!registered) return null;
  const good = await attempt(record, 'failed_init', async () => {
    await record.instance?.init();
    record.lifecycle.to('initialised');
  });
  return good ? batch : null;
}

async function load(record: PluginRecord, context: StartContext): Promise<boolean> {
  let config: object = {};
  const configured = await attempt(record, 'failed_config', async () => {
    const { id } = record.manifest.plugin;
    config = context.config.pluginConfig(id, record.manifest.config?.defaults ?? {});
  });
  return configured && (await attempt(record, 'failed_load', () => open(record, config, context)));
}

async function open(record: PluginRecord, config: object, context: StartContext): Promise<void> {
  const { manifest, found } = record;
  const { id } = manifest.plugin;
  const limits = { ...context.config.limitsFor(id), ...context.limits };
  const begun = performance.now();
  const loader = await loaderFor(record, context);
  const loaded = await loader.load({
    manifest,
    entry: found.entry?.real ?? '',
    imagesDir: context.home.images,
    dataDir: makeDataDir(context.home, id),
    config,
    limits,
    kinds: KINDS_SERVED,
    requests: context.requests,
    events: eventsOf(record, context),
  });
  record.instance = loaded.instance;
  record.library = loaded.library;
  record.route = { instance: loaded.instance, callMs: limits.callMs };
  record.openMs = performance.now() - begun;
  record.lifecycle.to('loaded');
}

/** A plugin in the user's own folders is trusted unless [trust] says otherwise. */
function trustOf(id: string, { config }: StartContext): Trust {
  return config.trustFor(id) ?? 'trusted';
}

/** @throws AisopodError LOADER_UNSUPPORTED: what cannot be had is refused, not weakened */
async function loaderFor(record: PluginRecord, context: StartContext): Promise<Loader> {
  const { id } = record.manifest.plugin;
  const { loader, isolation } = record.manifest.runtime;
  const refuse = (what: string, mend: string) =>
    new AisopodError('LOADER_UNSUPPORTED', `Plugin ${id} ${what}. ${mend}`, {
      details: { plugin: id, loader, isolation },
    });
  if (loader !== 'native') {
    throw refuse(
      `asks for the loader "${loader}", which this host does not have`,
      'It loads native plugins only.',
    );
  }
  const wanted = context.config.settingsFor(id).isolation ?? isolation;
  if (isolation !== 'none' || wanted !== 'none') {
    throw refuse(
      `is to run with isolation "${isolation !== 'none' ? isolation : wanted}", and this host ` +
        'can only run it in its own process',
      'Run it with isolation "none" only if you trust it.',
    );
  }
  if (trustOf(id, context) !== 'trusted') {
    throw refuse(
      'is not trusted by config.toml, and this host can only run it in its own process',
      'Trust it under [trust] only if you do.',
    );
  }
  // koffi and the addon are loaded by the first native plugin, not before.
  const { nativeLoader } = await import('../loaders/native/index.js');
  return nativeLoader;
}

async function register(record: PluginRecord, context: StartContext): Promise<PluginBatch> {
  const { manifest, instance, level } = record;
  if (instance === null) throw new AisopodError('INTERNAL', `${record.name} has no instance.`);
  const { id, version, name, description, author, keywords } = manifest.plugin;
  const raw = await instance.register();
  for (const warning of instance.warnings) record.warn(warning);
  const plugin = {
    id,
    version,
    name,
    description: description ?? undefined,
    author: author ?? undefined,
    keywords,
    trust: trustOf(id, context),
    level,
  };
  const batch = judgeBatch(plugin, raw, SPEC_PARSERS);
  const difference = compareCapabilities(manifest, raw, instance.warnings);
  if (difference !== null) {
    if (context.strict) throw difference;
    record.warn(difference);
  }
  record.lifecycle.to('registered');
  return batch;
}

function eventsOf(record: PluginRecord, context: StartContext): InstanceEvents {
  const plugin = record.name;
  let overdue = 0; // handlers that overstay
  return {
    ...pluginLog(plugin, context.logger),
    stuck(handler) {
      const { lifecycle } = record;
      overdue += handler === null ? -1 : 1;
      if (handler === null) {
        if (overdue === 0 && lifecycle.phase === 'stuck') lifecycle.to('active');
      } else if (lifecycle.phase === 'active') {
        lifecycle.to(
          'stuck',
          new AisopodError(
            'PLUGIN_STUCK',
            `The handler of ${plugin}:${handler} overstays its deadline. Calls that must wait for ` +
              'it are refused until it returns.',
            { details: { plugin, handler } },
          ),
        );
      }
    },
    event: (topic, data) => context.events.emit('event', { plugin, topic, data }),
  };
}

/** The first dependency that did not start. */
function failedDependency(
  record: PluginRecord,
  byId: ReadonlyMap<string, PluginRecord>,
): AisopodError | null {
  for (const [id, { optional }] of Object.entries(record.manifest.dependencies)) {
    const reason = byId.get(id)?.lifecycle.reason ?? null;
    if (!optional && byId.get(id)?.phase !== 'active' && reason !== null) {
      return dependencyFailed(record.name, id, reason);
    }
  }
  return null;
}

/** Does a step for one plugin; a failure is that plugin's, undoes it, and stops no other. */
async function attempt(
  record: PluginRecord,
  failure: Phase,
  step: () => Promise<void>,
): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (cause) {
    const error = AisopodError.from(cause);
    fail(record, failure, error);
    const unclean = (await record.instance?.shutdown(0)) ?? null;
    if (unclean !== null && unclean !== error) record.warn(unclean);
    record.route = null;
    return false;
  }
}

function fail(record: PluginRecord, phase: Phase, error: AisopodError): void {
  record.lifecycle.to(phase, error);
}
