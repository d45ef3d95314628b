import { AisopodError } from '../../base/errors/index.js';
import { jsonText } from '../../base/json/index.js';
import { lazily } from '../../base/lazily.js';
import { configText, type Redactor, secretTexts } from '../../config/index.js';
import { makeDataDir } from '../../home/paths/index.js';
import type {
  Generation,
  LoadedPlugin,
  LoadRequest,
  PluginInstance,
  ShutdownReason,
} from '../../instance/index.js';
import { KIND_DEFINITIONS, KINDS_SERVED } from '../../kinds/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import { judgeBatch, type PluginBatch, type RegisteredPlugin } from '../../registry/index.js';
import type { EventBusService } from '../../services/events/index.js';
import type { HostCore } from '../host-core.js';
import { compareCapabilities } from '../plugins/capabilities.js';
import type { Embedded } from '../plugins/finding.js';
import type { Phase } from '../plugins/phases.js';
import type { Plugin } from '../plugins/plugin.js';
import { loaderFor, trustOf } from './choose-loader.js';
import { PluginEvents } from './plugin-events.js';
import type { StartContext } from './start-context.js';

const loadRedacting = lazily(() => import('./redacting-instance.js'));

/** Configures and opens a plugin. False: it failed, and its lifecycle says why. */
export async function loadPlugin(plugin: Plugin, context: StartContext): Promise<boolean> {
  let failure: Phase = 'failed_config';
  try {
    assertWanted(plugin);
    const generation = plugin.beginGeneration(context.core.limitsFor(plugin.name));
    configure(plugin, generation, context);
    failure = 'failed_load';
    plugin.enterProcess(generation, context.core.home.root);
    const request = await open(plugin, generation, context);
    const made = instantiate(plugin, generation, context, request);
    if (made instanceof Promise) await made;
    assertWanted(plugin);
    return true;
  } catch (cause) {
    const crashed = AisopodError.is(cause) && cause.code === 'PLUGIN_CRASHED';
    context.dormancy?.memory.failed(plugin, cause);
    await fail(plugin, crashed ? 'crashed' : failure, cause);
    return false;
  }
}

/**
 * Gives a generation the configuration that it starts with.
 * @throws AisopodError of the configuration group
 */
export function configure(plugin: Plugin, generation: Generation, context: StartContext): void {
  const { core, dormancy } = context;
  const resolved = core.config.resolve(plugin.name, plugin.upcoming.manifest);
  generation.redactor.add(secretTexts(resolved));
  generation.config = configText(resolved);
  dormancy?.memory.begins(plugin, generation, resolved);
  for (const warning of resolved.warnings) plugin.warn(warning);
}

/** Register, judge, init. The batch, when all of it went well. */
export async function registerAndInit(
  plugin: Plugin,
  context: StartContext,
): Promise<PluginBatch | null> {
  let failure: Phase = 'failed_register';
  try {
    const batch = await register(plugin, context);
    assertWanted(plugin);
    failure = 'failed_init';
    await init(plugin, context);
    assertWanted(plugin);
    return batch;
  } catch (cause) {
    context.dormancy?.memory.failed(plugin, cause);
    await fail(plugin, failure, cause);
    return null;
  }
}

/** @throws AisopodError of the lifecycle group */
export function init(plugin: Plugin, { bus, guard, dormancy }: StartContext): Promise<void> {
  const { generation, instance } = opened(plugin);
  if (plugin.isDormant && plugin.current !== null) bus.keepToo(generation, plugin.current);
  subscribe(generation, instance, bus);
  if (generation.library !== null) guard?.step(plugin, 'init', generation.library.sha256);
  return instance.init().then(() => {
    dormancy?.memory.learn(plugin, generation);
    plugin.reached('initialised');
  });
}

/** From here on events wait for the plugin; it gets them when init() has succeeded. */
function subscribe(generation: Generation, instance: PluginInstance, bus: EventBusService): void {
  const { subscriptions = [] } = instance;
  bus.attach(generation, subscriptions, (...event) => instance.deliver?.(...event));
}

/** @throws AisopodError INTERNAL when nothing of it has been opened */
function opened({ name, next: generation }: Plugin) {
  const instance = generation?.instance ?? null;
  if (generation !== null && instance !== null) return { generation, instance };
  throw new AisopodError('INTERNAL', `${name} has no instance.`);
}

/**
 * Opens what a generation is made of.
 * @param copyOwn an older generation of the plugin has a copy of its library open
 * @returns what the loader was given, which instantiate() takes
 * @throws AisopodError of the loading group
 */
export async function open(
  plugin: Plugin,
  generation: Generation,
  context: StartContext,
  copyOwn = false,
): Promise<LoadRequest> {
  const { manifest, embedded } = plugin.upcoming;
  const begun = performance.now();
  const { core, libraries } = context;
  const own = embedded?.loaderOf(generation) ?? null;
  const loader = await loaderFor(manifest, core.config, own, libraries);
  assertWanted(plugin);
  const request = requestFor(plugin, generation, context);
  take(generation, await loader.load(copyOwn ? { ...request, copyOwn } : request), embedded);
  generation.openMs = performance.now() - begun;
  return request;
}

/** A generation is made of this. */
export function take(
  generation: Generation,
  loaded: LoadedPlugin,
  embedded: Embedded | null,
): void {
  generation.loaded = loaded;
  generation.library = loaded.library;
  generation.isSingle = loaded.single || embedded?.single === true;
}

/**
 * Makes the instance of a generation; nothing of the plugin runs yet.
 * @param request what open() has returned; default: another one
 * @throws AisopodError INSTANCE_LIMIT
 */
export function instantiate(
  plugin: Plugin,
  generation: Generation,
  context: StartContext,
  request = requestFor(plugin, generation, context),
): void | Promise<void> {
  const { loaded } = generation;
  if (loaded === null) throw new AisopodError('INTERNAL', `${plugin.name} was not loaded.`);
  const made = loaded.instantiate(request);
  const opened = (instance: PluginInstance) => {
    generation.opened(instance);
    generation.hold(() => context.bus.leave(generation));
    plugin.reached('loaded');
  };
  const { manifest } = plugin.upcoming;
  if (!mayHoldSecrets(manifest) && !(made instanceof Promise)) return opened(made);
  return Promise.resolve(made)
    .then((instance) =>
      mayHoldSecrets(manifest) ? redacting(instance, generation.redactor) : instance,
    )
    .then(opened);
}

/** What a loader is given to start a generation with. */
function requestFor(plugin: Plugin, generation: Generation, context: StartContext): LoadRequest {
  const { manifest, found } = plugin.upcoming;
  const { id } = manifest.plugin;
  const { core, bus, requests } = context;
  return {
    manifest,
    manifestFile: found.manifestFile,
    entry: found.entry?.real ?? '',
    dataDir: makeDataDir(core.home, id),
    config: generation.config,
    limits: generation.limits,
    accept: core.config.settingsFor(id).accept,
    kinds: KINDS_SERVED,
    requests,
    signal: () => plugin.startSignal,
    events: new PluginEvents(plugin, generation, bus, core.logger),
    generation,
    ...guarded(plugin, generation, context),
  };
}

/** What the loader of native code reports of the start of a plugin. */
function guarded(
  plugin: Plugin,
  generation: Generation,
  { guard }: StartContext,
): Pick<LoadRequest, 'admit' | 'begins'> {
  if (guard === null) return {};
  return {
    admit: (sha256) => {
      const admitted = guard.admit(plugin, sha256);
      if (admitted !== undefined) return admitted.then(() => guard.step(plugin, 'open', sha256));
      guard.step(plugin, 'open', sha256);
      return undefined;
    },
    // It is opened by then.
    begins: guard.tellsSteps
      ? (step) => guard.step(plugin, step, generation.library?.sha256 ?? '')
      : undefined,
  };
}

/**
 * Lets the generation on its way register what it provides.
 * @returns the batch, judged
 * @throws AisopodError of the lifecycle and registration groups
 */
export async function register(plugin: Plugin, context: StartContext): Promise<PluginBatch> {
  const { manifest, embedded } = plugin.upcoming;
  const { generation, instance } = opened(plugin);
  const raws = await instance.register();
  for (const warning of instance.warnings) plugin.warn(warning);
  const { strict } = context.core;
  const owner = registeredPlugin(plugin, context.core);
  const batch = judgeBatch(owner, raws, KIND_DEFINITIONS, generation, strict);
  const lists = embedded?.listsCapabilities ?? true;
  const difference = lists ? compareCapabilities(manifest, raws, instance.warnings) : null;
  if (difference !== null) {
    if (strict) throw difference;
    plugin.warn(difference);
  }
  context.dormancy?.memory.registered(generation, { raws, instance, batch });
  plugin.reached('registered');
  return batch;
}

/** What the registry knows of a plugin. */
export function registeredPlugin(
  { upcoming, level }: Plugin,
  { config }: HostCore,
): RegisteredPlugin {
  const { id, version, name, description, author, keywords } = upcoming.manifest.plugin;
  return {
    id,
    version,
    name,
    description: description ?? undefined,
    author: author ?? undefined,
    keywords,
    folder: upcoming.embedded === null ? upcoming.found.path : undefined,
    trust: trustOf(id, config),
    level,
  };
}

/** After each step: @throws AisopodError when the plugin is no longer wanted */
export function assertWanted({ startAborted }: Plugin): void {
  if (startAborted !== null) throw startAborted;
}

/** A failure is that plugin's own: it is undone, and stops no other. */
export async function fail(plugin: Plugin, phase: Phase, cause: unknown): Promise<void> {
  const error = plugin.redactor.error(AisopodError.from(cause));
  const aborted = plugin.startAborted !== null && cause === plugin.startAborted;
  const asked = phase === 'crashed' ? 'crash' : undefined;
  if (!aborted) plugin.lifecycle.to(phase, error, asked);
  const { next: generation } = plugin;
  const unclean =
    generation === null ? null : await undo(generation, aborted ? plugin.abortReason : 'undo');
  if (generation !== null) plugin.endGeneration(generation);
  if (unclean !== null && unclean !== error) plugin.warn(unclean);
  if (aborted && unclean === null) plugin.lifecycle.to('unloaded', error);
  else if (aborted) plugin.lifecycle.to('abandoned', unclean);
}

/** Ends what has begun. @returns what went wrong; then something of it may still run */
export async function undo(
  generation: Generation,
  reason: ShutdownReason,
): Promise<AisopodError | null> {
  generation.beginEnd();
  generation.end();
  const unclean = (await generation.instance?.shutdown(0, reason)) ?? null;
  if (unclean === null) generation.leaveProcess();
  return unclean;
}

/** Whether any part of its configuration is marked as a secret. */
function mayHoldSecrets({ config }: PluginManifest): boolean {
  return config !== null && jsonText(config.schema).includes('"secret":true');
}

/** What takes secrets out of what an instance says is loaded by the first plugin that has any. */
async function redacting(instance: PluginInstance, redactor: Redactor): Promise<PluginInstance> {
  const { RedactingInstance } = await loadRedacting();
  return new RedactingInstance(instance, redactor);
}
