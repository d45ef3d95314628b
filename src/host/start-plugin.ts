import { AisopodError } from '../base/errors/index.js';
import { type ResolvedConfig, secretTexts } from '../config/index.js';
import { makeDataDir } from '../home/paths/index.js';
import { judgeBatch, type PluginBatch } from '../registry/index.js';
import type { EventBus } from '../services/events/index.js';
import { compareCapabilities } from './capabilities.js';
import { loaderFor, trustOf } from './choose-loader.js';
import { KINDS_SERVED, SPEC_PARSERS } from './kinds.js';
import type { Phase } from './lifecycle/index.js';
import { PluginEvents } from './plugin-events.js';
import type { PluginRecord } from './plugin-record.js';
import { mayHoldSecrets, RedactingInstance } from './redacting-instance.js';
import type { StartContext } from './start-context.js';

/** Configures and opens a plugin. False: it failed, and its record says why. */
export async function loadPlugin(record: PluginRecord, context: StartContext): Promise<boolean> {
  let failure: Phase = 'failed_config';
  try {
    assertWanted(record);
    takeConfig(record, context.config.resolve(record.manifest));
    failure = 'failed_load';
    await open(record, context);
    assertWanted(record);
    return true;
  } catch (cause) {
    await fail(record, failure, cause);
    return false;
  }
}

/** From now on, this is the configuration of the plugin. */
function takeConfig(record: PluginRecord, resolved: ResolvedConfig): void {
  record.redactor.add(secretTexts(resolved));
  record.config = JSON.stringify(resolved.value);
  for (const warning of resolved.warnings) record.warn(warning);
}

/** Register, judge, init. The batch, when all of it went well. */
export async function registerAndInit(
  record: PluginRecord,
  context: StartContext,
): Promise<PluginBatch | null> {
  let failure: Phase = 'failed_register';
  try {
    const batch = await register(record, context);
    assertWanted(record);
    failure = 'failed_init';
    subscribe(record, context.bus);
    await record.instance?.init();
    assertWanted(record);
    record.lifecycle.to('initialised');
    return batch;
  } catch (cause) {
    await fail(record, failure, cause);
    return null;
  }
}

/** From here on events wait for the plugin; it gets them when init() has succeeded. */
function subscribe({ name, instance }: PluginRecord, bus: EventBus): void {
  const { subscriptions = [] } = instance ?? {};
  bus.attach(name, subscriptions, (...event) => instance?.deliver?.(...event));
}

async function open(record: PluginRecord, context: StartContext): Promise<void> {
  const { manifest, found } = record;
  const { id } = manifest.plugin;
  const limits = context.limitsFor(id);
  const begun = performance.now();
  record.enterProcess(context.home.root);
  const loader = await loaderFor(
    manifest,
    context.config,
    record.embedded?.loader ?? null,
    context.libraries,
  );
  const loaded = await loader.load({
    manifest,
    entry: found.entry?.real ?? '',
    dataDir: makeDataDir(context.home, id),
    config: record.config,
    limits,
    accept: context.config.settingsFor(id).accept,
    kinds: KINDS_SERVED,
    requests: context.requests,
    events: new PluginEvents(record, context.bus, context.logger),
  });
  const instance = mayHoldSecrets(manifest)
    ? new RedactingInstance(loaded.instance, record.redactor)
    : loaded.instance;
  record.instance = instance;
  record.library = loaded.library;
  record.route = { instance, callMs: limits.callMs };
  record.openMs = performance.now() - begun;
  record.lifecycle.to('loaded');
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
    trust: trustOf(id, context.config),
    level,
  };
  const batch = judgeBatch(plugin, raw, SPEC_PARSERS);
  const lists = record.embedded?.listsCapabilities ?? true;
  const difference = lists ? compareCapabilities(manifest, raw, instance.warnings) : null;
  if (difference !== null) {
    if (context.strict) throw difference;
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
  const unclean =
    (await record.instance?.shutdown(0, aborted ? record.abortReason : 'undo')) ?? null;
  if (unclean !== null && unclean !== error) record.warn(unclean);
  if (unclean === null) record.leaveProcess();
  record.route = null;
  if (aborted && unclean === null) record.lifecycle.to('unloaded', error);
  else if (aborted) record.lifecycle.to('abandoned', unclean);
}
