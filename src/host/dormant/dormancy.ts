import { AisopodError } from '../../base/errors/index.js';
import { configText, secretTexts } from '../../config/index.js';
import type { Generation } from '../../instance/index.js';
import { findHook } from '../../kinds/hooks/index.js';
import { KIND_DEFINITIONS } from '../../kinds/index.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import { judgeBatch, type PluginBatch, type RegisteredPlugin } from '../../registry/index.js';
import { HeldEvents } from '../../services/events/held-events.js';
import type { EventBusService } from '../../services/events/index.js';
import type { CrashGuard } from '../crashes/crash-guard.js';
import type { HostCore } from '../host-core.js';
import { compareCapabilities } from '../plugins/capabilities.js';
import type { Plugin } from '../plugins/plugin.js';
import type { KnownRegistered } from './known-registrations.js';
import { neededBy } from './needed.js';
import { NO_TOKEN, type Recalling, recallBatch } from './recall-batch.js';
import type { RegistrationMemory, Remembered } from './registration-memory.js';
import type { Wakes } from './wakes.js';

const NO_WARNINGS: readonly AisopodError[] = Object.freeze([]);

/** How plugins are started. */
interface DormancyPlan {
  /** Those that are opened now. */
  readonly starting: readonly Plugin[];
  /** Those that wait until they are needed, with what they registered before. */
  readonly remembered: ReadonlyMap<Plugin, Remembered>;
}

/** What letting plugins wait needs from the host. */
interface SleepContext {
  readonly core: HostCore;
  readonly bus: EventBusService;
  readonly guard: Pick<CrashGuard, 'suspects'> | null;
}

/** What letting plugins wait has in common with their start. */
export interface DormancyParts {
  readonly memory: RegistrationMemory;
  readonly wakes: Wakes;
  /** What the registry knows of a plugin. */
  readonly ownerOf: (plugin: Plugin) => RegisteredPlugin;
  /** @throws AisopodError LOADER_UNSUPPORTED when the host could not run the plugin */
  readonly refuseUnloadable: (plugin: Plugin) => void;
}

/** Lets plugins wait until they are needed. */
export class Dormancy {
  readonly #parts: DormancyParts;

  constructor(parts: DormancyParts) {
    this.#parts = parts;
  }

  get memory(): RegistrationMemory {
    return this.#parts.memory;
  }

  get wakes(): Wakes {
    return this.#parts.wakes;
  }

  /**
   * Decides which plugins are opened now, and which of them wait until they are needed.
   *
   * @param wanted plugins that are to be started
   * @param byId all that can be needed
   */
  plan(
    wanted: readonly Plugin[],
    byId: ReadonlyMap<string, Plugin>,
    context: SleepContext,
  ): DormancyPlan {
    const { listings } = context.core;
    const remembered = listings.during(() => this.#recallAll(wanted, context));
    const starting = wanted.filter((plugin) => !remembered.has(plugin));
    for (const [plugin, needer] of neededBy(starting, byId)) {
      if (remembered.delete(plugin)) starting.push(plugin);
      if (!plugin.isDormant || wanted.includes(plugin)) continue;
      this.wakes.begins(plugin, `plugin ${needer.name}`);
      this.wakes.note(needer.name, plugin.name);
      starting.push(plugin);
    }
    return { starting, remembered };
  }

  #recallAll(wanted: readonly Plugin[], context: SleepContext): Map<Plugin, Remembered> {
    const remembered = new Map<Plugin, Remembered>();
    if (!mayWait(context)) return remembered;
    for (const plugin of wanted) {
      const before = this.#recall(plugin, context);
      if (before !== null) remembered.set(plugin, before);
    }
    return remembered;
  }

  #recall(plugin: Plugin, { core, guard }: SleepContext): Remembered | null {
    if (plugin.isDormant || guard?.suspects(plugin.name) === true) return null;
    try {
      const remembered = this.memory.recall(plugin, core);
      if (remembered !== null) this.#parts.refuseUnloadable(plugin);
      return remembered;
    } catch {
      return null; // its start says what is wrong
    }
  }

  /**
   * Lets what a plugin registered before stand for it until it is needed.
   * @returns what is to be added to the registry
   */
  sleep(plugin: Plugin, remembered: Remembered, context: SleepContext): PluginBatch[] {
    const { core, bus } = context;
    const { known, config } = remembered;
    const generation = plugin.fallAsleep(core.limitsFor(plugin.name), guards(known));
    generation.redactor.add(secretTexts(config));
    generation.config = configText(config);
    this.memory.standsFor(plugin, remembered);
    generation.sleep(this.wakes.gateOf(plugin));
    const { name: id, level } = plugin;
    const ownerOf = () => this.#parts.ownerOf(plugin);
    const definitions = KIND_DEFINITIONS;
    const batch = batchOf({ id, level, ownerOf, generation, definitions }, known);
    const { subscriptions } = known;
    if (subscriptions.length > 0) {
      generation.hold(() => bus.leave(generation));
      const silent = subscriptions.map((pattern) => ({ token: NO_TOKEN, pattern }));
      bus.attach(generation, silent, () => {});
      const wake = ({ topic }: { readonly topic: string }) => {
        this.wakes.wake(plugin, `event ${topic}`).catch(() => {}); // its phase says why it failed
      };
      bus.holdBack([generation], new HeldEvents(plugin.name, 'started', generation.limits, wake));
    }
    for (const warning of config.warnings) plugin.warn(warning);
    for (const warning of warningsOf(plugin, known)) plugin.warn(warning);
    plugin.lifecycle.to('registered');
    return [batch];
  }

  /** Starts what a plugin needs that runs, or is about to, with this manifest. */
  async wakeNeeded({ plugin, dependencies }: PluginManifest, { plugins }: HostCore): Promise<void> {
    const needed = Object.keys(dependencies).flatMap((id) => plugins.find(id) ?? []);
    const asleep = needed.filter(({ isDormant, isServing }) => isDormant && isServing);
    await Promise.all(asleep.map((each) => this.wakes.wake(each, `plugin ${plugin.id}`)));
  }

  /** A plugin that was needed has not started: nothing stands for it any more. */
  lost(plugin: Plugin, { core }: SleepContext): void {
    const { current } = plugin;
    if (current === null) return;
    const batch = core.registry.snapshot.batchOf(plugin.name);
    if (batch !== undefined) core.registry.apply({ remove: [batch] });
    current.end();
    plugin.endGeneration(current);
    this.wakes.ended(plugin);
  }

  /** A plugin that was needed serves now. @param before what stood for it */
  woken(plugin: Plugin, before: Generation, { bus }: SleepContext): void {
    before.end();
    if (plugin.current !== null) bus.release(plugin.current);
    this.wakes.ended(plugin);
  }
}

/** Whether the host lets plugins wait at all. */
function mayWait({ core }: SleepContext): boolean {
  const { strict, options, env } = core;
  // Strict: a start is to find what fails. Only: it is to show what chosen plugins do.
  const chosen = options.only !== undefined || (env.AISOPOD_ONLY ?? '') !== '';
  return !strict && !chosen && options.activation !== 'startup';
}

/** Whether the plugin has a say in which tool calls are allowed. */
function guards({ registrations }: KnownRegistered): boolean {
  return registrations.some(
    ({ kind, name }) => kind === 'hook' && findHook(name) === 'BeforeToolExecute',
  );
}

function batchOf(recalling: Recalling, known: KnownRegistered): PluginBatch {
  const { registrations, isPlain, specs } = known;
  if (isPlain) return recallBatch(recalling, registrations, specs);
  const texts = specs();
  const raws = registrations.map((each, i) => ({ ...each, token: NO_TOKEN, spec: texts[i] ?? '' }));
  const { ownerOf, definitions, generation } = recalling;
  try {
    return judgeBatch(ownerOf(), raws, definitions, generation);
  } catch {
    // A file of it has changed a moment ago; its first use says what is wrong.
    return recallBatch(recalling, registrations, specs);
  }
}

/** What its last start warned of, and the next one will. */
function warningsOf({ manifest }: Plugin, known: KnownRegistered): readonly AisopodError[] {
  if (known.isAsListed && known.unserved.length === 0) return NO_WARNINGS;
  const unserved = known.unserved.map(
    ({ kind, name, message }) =>
      new AisopodError('UNSUPPORTED', message, { details: { kind, name } }),
  );
  if (known.isAsListed) return unserved;
  const difference = compareCapabilities(manifest, known.registrations, unserved);
  return difference === null ? unserved : [...unserved, difference];
}
