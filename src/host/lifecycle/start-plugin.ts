import { AisopodError } from '../../base/errors/index.js';
import { jsonText } from '../../base/json/index.js';
import { type Redactor, type ResolvedConfig, secretTexts } from '../../config/index.js';
import { makeDataDir } from '../../home/paths/index.js';
import type { Generation, PluginInstance, ShutdownReason } from '../../instance/index.js';
import { KIND_DEFINITIONS, KINDS_SERVED } from '../../kinds/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import { judgeBatch, type PluginBatch } from '../../registry/index.js';
import type { EventBusService } from '../../services/events/index.js';
import { compareCapabilities } from '../plugins/capabilities.js';
import type { Phase } from '../plugins/phases.js';
import type { PluginRecord } from '../plugins/plugin-record.js';
import { loaderFor, trustOf } from './choose-loader.js';
import { PluginEvents } from './plugin-events.js';
import type { StartContext } from './start-context.js';

/** Configures and opens a plugin. False: it failed, and its record says why. */
export async function loadPlugin(record: PluginRecord, context: StartContext): Promise<boolean> {
  let failure: Phase = 'failed_config';
  try {
    assertWanted(record);
    const generation = record.beginGeneration(context.core.limitsFor(record.name));
    takeConfig(record, generation, context.core.config.resolve(record.manifest));
    failure = 'failed_load';
    await open(record, generation, context);
    assertWanted(record);
    return true;
  } catch (cause) {
    await fail(record, failure, cause);
    return false;
  }
}

/** From now on, this is the configuration of the plugin. */
function takeConfig(record: PluginRecord, generation: Generation, resolved: ResolvedConfig): void {
  generation.redactor.add(secretTexts(resolved));
  generation.config = jsonText(resolved.value);
  for (const warning of resolved.warnings) record.warn(warning);
}

/** Register, judge, init. The batch, when all of it went well. */
export async function registerAndInit(
  record: PluginRecord,
  context: StartContext,
): Promise<PluginBatch | null> {
  let failure: Phase = 'failed_register';
  try {
    const { generation, instance } = opened(record);
    const batch = await register(record, context);
    assertWanted(record);
    failure = 'failed_init';
    subscribe(generation, instance, context.bus);
    await instance.init();
    assertWanted(record);
    record.lifecycle.to('initialised');
    return batch;
  } catch (cause) {
    await fail(record, failure, cause);
    return null;
  }
}

/** From here on events wait for the plugin; it gets them when init() has succeeded. */
function subscribe(generation: Generation, instance: PluginInstance, bus: EventBusService): void {
  const { subscriptions = [] } = instance;
  bus.attach(generation, subscriptions, (...event) => instance.deliver?.(...event));
}

/** @throws AisopodError INTERNAL when nothing of it has been opened */
function opened({ name, startedGeneration: generation }: PluginRecord) {
  const { instance } = generation;
  if (instance !== null) return { generation, instance };
  throw new AisopodError('INTERNAL', `${name} has no instance.`);
}

async function open(
  record: PluginRecord,
  generation: Generation,
  context: StartContext,
): Promise<void> {
  const { manifest, found } = record;
  const { id } = manifest.plugin;
  const begun = performance.now();
  const { core, bus, requests, libraries } = context;
  record.enterProcess(core.home.root);
  const loader = await loaderFor(manifest, core.config, record.embedded?.loader ?? null, libraries);
  const loaded = await loader.load({
    manifest,
    entry: found.entry?.real ?? '',
    dataDir: makeDataDir(core.home, id),
    config: generation.config,
    limits: generation.limits,
    accept: core.config.settingsFor(id).accept,
    kinds: KINDS_SERVED,
    requests,
    signal: record.startSignal,
    events: new PluginEvents(record, generation, bus, core.logger),
  });
  const instance = mayHoldSecrets(manifest)
    ? await redacting(loaded.instance, generation.redactor)
    : loaded.instance;
  generation.opened(instance);
  generation.hold(() => bus.leave(generation));
  generation.library = loaded.library;
  generation.openMs = performance.now() - begun;
  record.isAlive = true;
  record.lifecycle.to('loaded');
}

async function register(record: PluginRecord, context: StartContext): Promise<PluginBatch> {
  const { manifest, level } = record;
  const { generation, instance } = opened(record);
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
    trust: trustOf(id, context.core.config),
    level,
  };
  const batch = judgeBatch(plugin, raw, KIND_DEFINITIONS, generation);
  const lists = record.embedded?.listsCapabilities ?? true;
  const difference = lists ? compareCapabilities(manifest, raw, instance.warnings) : null;
  if (difference !== null) {
    if (context.core.strict) throw difference;
    record.warn(difference);
  }
  record.lifecycle.to('registered');
  return batch;
}

/** After each step: @throws AisopodError when the plugin is no longer wanted */
function assertWanted({ startAborted }: PluginRecord): void {
  if (startAborted !== null) throw startAborted;
}

/** A failure is that plugin's own: it is undone, and stops no other. */
export async function fail(record: PluginRecord, phase: Phase, cause: unknown): Promise<void> {
  const error = record.redactor.error(AisopodError.from(cause));
  const aborted = record.startAborted !== null && cause === record.startAborted;
  if (!aborted) record.lifecycle.to(phase, error);
  record.isAlive = false;
  record.generation?.end();
  const unclean = await shutDown(record, aborted ? record.abortReason : 'undo');
  if (unclean !== null && unclean !== error) record.warn(unclean);
  if (unclean === null) record.leaveProcess();
  if (aborted && unclean === null) record.lifecycle.to('unloaded', error);
  else if (aborted) record.lifecycle.to('abandoned', unclean);
}

async function shutDown(
  { generation }: PluginRecord,
  reason: ShutdownReason,
): Promise<AisopodError | null> {
  return (await generation?.instance?.shutdown(0, reason)) ?? null;
}

/** Whether any part of its configuration is marked as a secret. */
function mayHoldSecrets({ config }: PluginManifest): boolean {
  return config !== null && jsonText(config.schema).includes('"secret":true');
}

/** What takes secrets out of what an instance says is loaded by the first plugin that has any. */
async function redacting(instance: PluginInstance, redactor: Redactor): Promise<PluginInstance> {
  const { RedactingInstance } = await import('./redacting-instance.js');
  return new RedactingInstance(instance, redactor);
}
