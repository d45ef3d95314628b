import { AisopodError } from '../../base/errors/index.js';
import { lazily } from '../../base/lazily.js';
import type { RequestHandlers } from '../../instance/index.js';
import type { RegistrySnapshot } from '../../registry/index.js';
import type { CrashGuard } from '../crashes/crash-guard.js';
import type { StartWays } from '../crashes/start-ways.js';
import type { Dormancy, RegistrationMemory } from '../dormant/index.js';
import type { HostCore } from '../host-core.js';
import { StartOperation } from '../operations/start-operation.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';
import { hookReports } from '../service-hosts.js';
import type { HostServices } from '../services.js';
import { type NativeLibraries, refuseUnloadable } from './choose-loader.js';
import type { PluginFinder } from './plugin-finder.js';
import type { StartContext } from './start-context.js';
import { registeredPlugin } from './start-plugin.js';
import { isNative, startPlugins } from './start-plugins.js';

const loadDormancy = lazily(() => import('../dormant/index.js'), 16);
const loadReload = lazily(() => import('./reload.js'));
const loadStartHooks = lazily(() => import('./start-hooks.js'));

/** What starting plugins needs besides the core. */
export interface StarterParts {
  readonly services: HostServices;
  readonly finder: PluginFinder;
  /** What plugins may request. */
  readonly requests: RequestHandlers;
  readonly libraries: NativeLibraries;
  readonly ways: StartWays;
}

/** Starts plugins: those that were found, and those that come later. */
export class PluginStarter {
  readonly #core: HostCore;
  readonly #parts: StarterParts;
  #isStarted = false;
  #guard: Promise<CrashGuard> | null = null;
  #dormancy: Dormancy | null = null;
  /** What tools are described by; null: the start has not got to that. */
  #described: RegistrySnapshot | null = null;

  constructor(core: HostCore, parts: StarterParts) {
    this.#core = core;
    this.#parts = parts;
  }

  /** Whether plugins that come start at once. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** What plugins registered; null: no native plugin has been started. */
  get remembered(): RegistrationMemory | null {
    return this.#dormancy?.memory ?? null;
  }

  /** Starts all that were found. One of the operations of the host. @throws AisopodError HOST_CLOSED */
  async startFound(): Promise<void> {
    const { dispatcher, plugins } = this.#core;
    if (dispatcher.isClosed) leaveUnstarted(plugins.all);
    dispatcher.assertOpen();
    this.#isStarted = true;
    await this.start(plugins.all);
    for (const { finding, plugin } of plugins.findings) {
      if (plugin.found !== finding.found) this.#report(plugin.name, finding);
    }
  }

  /** Starts those of `plugins` that can be. */
  async start(plugins: readonly Plugin[]): Promise<void> {
    const { plugins: all, logger } = this.#core;
    const wanted = plugins.filter(({ phase }) => phase === 'validated');
    const context = await this.#contextFor(wanted);
    await settleNeeded(wanted, context);
    const { serving } = all;
    await startPlugins(wanted, serving, all.notRunning([...wanted, ...serving]), context);
    for (const { name, lifecycle } of plugins) {
      const { reason, phase } = lifecycle;
      if (reason === null || phase === 'disabled') continue;
      logger.error({ plugin: name, phase, code: reason.code }, reason.message);
    }
  }

  /** Starts a plugin that has waited until it is needed, and those that it needs. */
  async #wake(plugin: Plugin): Promise<void> {
    const { plugins: all, logger, registry } = this.#core;
    const context = await this.#contextFor([plugin]);
    await settleNeeded([plugin], context);
    if (this.#core.dispatcher.isClosed || plugin.phase !== 'registered') return;
    const before = registry.snapshot;
    const others = all.serving.filter((each) => each !== plugin);
    await startPlugins([plugin], others, all.notRunning([plugin, ...others]), context);
    const { name, phase, current, lifecycle } = plugin;
    const { reason } = lifecycle;
    if (reason !== null) logger.error({ plugin: name, phase, code: reason.code }, reason.message);
    const isAsBefore = current !== null && context.dormancy?.memory.isAsBefore(current) === true;
    if (isAsBefore && this.#described === before) this.#described = registry.snapshot;
    else void this.registryChanged();
  }

  /** Starts some of those that were found, and those that they need, as a trial does. */
  async startOneByOne(ids: readonly string[], without: readonly string[]): Promise<void> {
    const { startOneByOne } = await import('./start-one-by-one.js');
    const found = this.#core.plugins.all.filter(
      ({ name, phase }) => phase === 'validated' && !without.includes(name),
    );
    // A trial tries one plugin after another, and remembers nothing but how that ended.
    await startOneByOne(ids, found, { ...(await this.#contextFor(found)), dormancy: null });
  }

  /**
   * Lets a new generation of a plugin take the place of the one that runs; starts a plugin that does not run.
   * One of the operations of the host.
   * @param finding what it is made of; default: what lies where it was found
   * @throws AisopodError RELOAD_FAILED and others, as reload(); why it does not start
   */
  async reload(plugin: Plugin, finding?: Finding): Promise<void> {
    // It starts as it was found before.
    while (plugin.isDormant && plugin.isStarting) await this.#core.operations.calm();
    const now = finding ?? this.#parts.finder.again(plugin);
    const by = finding === undefined ? 'reload' : 'changed files';
    if (plugin.isDormant) return this.#wakeAs(plugin, now, by);
    const { reload } = await loadReload();
    if (plugin.isAlive) await reload(plugin, now, await this.#contextFor([plugin]));
    else await this.#startAgain(plugin, now);
  }

  /** Reloads the plugins that registry.json asks for; a failure is a warning of that plugin. */
  async reloadAsked(): Promise<void> {
    const { enabled, plugins, logger } = this.#core;
    for (const id of enabled.takeAsked()) {
      const plugin = plugins.find(id);
      if (plugin === undefined || plugin.phase === 'disabled') continue;
      try {
        await this.reload(plugin);
      } catch (cause) {
        const error = AisopodError.from(cause);
        logger.error({ plugin: id, code: error.code }, error.message);
        plugin.warn(error);
      }
    }
  }

  /** Starts a plugin that waits, as what lies there now. @throws AisopodError why it does not start */
  async #wakeAs(plugin: Plugin, finding: Finding, by: string): Promise<void> {
    const { error } = finding.found;
    if (error !== null) throw error;
    this.#core.plugins.replaced(plugin.found, finding);
    plugin.wakeAs(finding);
    await this.#dormancy?.wakes.wake(plugin, by);
    const { reason } = plugin.lifecycle;
    if (reason !== null) throw reason;
  }

  async #startAgain({ name, phase }: Plugin, finding: Finding): Promise<void> {
    if (phase === 'disabled') throw this.#core.plugins.find(name)?.refusal();
    const { plugins } = this.#core;
    const again = this.#take(finding);
    const waiting = plugins.all.filter((each) => each.phase === 'skipped_dependency');
    for (const { lifecycle } of waiting) {
      lifecycle.to('discovered');
      lifecycle.to('validated');
    }
    await this.start([again, ...waiting]);
    const { reason } = again.lifecycle;
    if (reason !== null) throw reason;
  }

  /** The marks of starting plugins are no longer needed. */
  async close(): Promise<void> {
    (await this.#guard)?.close();
  }

  /** Fires the hooks of a start. @throws AisopodError HOOK_DEPTH */
  async fireStartHooks(): Promise<void> {
    const { fireStartHooks } = await loadStartHooks();
    const { registry, config } = this.#core;
    this.#described = registry.snapshot;
    const { kinds } = this.#parts.services;
    const [hooks, tools] = [kinds.hooks.service, kinds.tools.service];
    await fireStartHooks({ hooks, tools, registry, config }, this.#keepWarning);
  }

  /** Plugins that came later say how tools are described, too, and those that have gone no longer do. */
  async registryChanged(): Promise<void> {
    const { registry, operations } = this.#core;
    const { snapshot } = registry;
    if (this.#described === null || this.#described === snapshot) return;
    this.#described = snapshot;
    const { buildToolRegistry } = await loadStartHooks();
    try {
      const { kinds } = this.#parts.services;
      const [hooks, tools] = [kinds.hooks.service, kinds.tools.service];
      await operations.inside(() => buildToolRegistry({ hooks, tools }, this.#keepWarning));
    } catch (error) {
      this.#core.operationFailed(error);
    }
  }

  /**
   * Adds a plugin that is code of this program: before the start at once, else as add().
   * @throws AisopodError as add(); with `strict` why it did not start
   */
  async register(finding: Finding): Promise<Plugin | null> {
    const { operations } = this.#core;
    const plugin =
      !this.#isStarted && operations.isIdle
        ? operations.atOnce('load', () => this.#take(finding))
        : await this.add(finding);
    const reason = plugin?.lifecycle.reason ?? null;
    if (this.#isStarted && this.#core.strict && reason !== null) throw reason;
    return plugin;
  }

  /**
   * Adds a plugin and, in a host that has started, starts it together with others that wait for that.
   * @returns null when it is queued: a lifecycle function of a plugin adds it
   * @throws AisopodError ALREADY_LOADED, HOST_CLOSED
   */
  add(finding: Finding): Promise<Plugin | null> {
    const { operations } = this.#core;
    const { newest } = operations;
    const operation = newest instanceof StartOperation ? newest : this.#queueStart();
    operation.join(finding);
    const taken = operation.done.then(() => operation.taken(finding));
    return operations.settle<Plugin | null>(taken, null);
  }

  #queueStart(): StartOperation {
    const operation = new StartOperation({
      take: (finding) => this.#take(finding),
      start: async (plugins) => {
        if (!this.#isStarted) return;
        await this.start(plugins);
        await this.registryChanged();
      },
    });
    operation.done = this.#core.operations.add(operation);
    return operation;
  }

  /** Adds a plugin, and says how far it can go. */
  #take(finding: Finding): Plugin {
    this.#core.dispatcher.assertOpen();
    const plugin = this.#core.plugins.add(finding);
    this.#parts.finder.validate(plugin);
    return plugin;
  }

  /** Logs what stands in the way of a finding that its plugin does not use. */
  #report(plugin: string, { found: { error } }: Finding): void {
    if (error !== null) this.#core.logger.error({ plugin, code: error.code }, error.message);
  }

  async #contextFor(wanted: readonly Plugin[]): Promise<StartContext> {
    const { services, requests, libraries } = this.#parts;
    if (wanted.some(isNative)) {
      this.#guard ??= this.#openGuard();
      this.#dormancy ??= await this.#openDormancy();
    }
    return {
      core: this.#core,
      bus: services.bus,
      requests,
      libraries,
      guard: await this.#guard,
      dormancy: this.#dormancy,
    };
  }

  async #openDormancy(): Promise<Dormancy> {
    const { Dormancy, RegistrationMemory, Wakes } = await loadDormancy();
    const { plugins } = this.#core;
    const wakes = new Wakes({ plugins, start: (plugin) => this.#wake(plugin) });
    if (this.#dormancy !== null) return this.#dormancy;
    this.#core.operations.letAside(wakes);
    return new Dormancy({
      memory: new RegistrationMemory(this.#core),
      wakes,
      ownerOf: (plugin) => registeredPlugin(plugin, this.#core),
      refuseUnloadable: ({ name, manifest }) =>
        refuseUnloadable(name, manifest, this.#core.config, null),
    });
  }

  /** What guards the starts of native plugins is loaded by the first of them. */
  async #openGuard(): Promise<CrashGuard> {
    const { CrashGuard } = await import('../crashes/crash-guard.js');
    return CrashGuard.open(this.#core, this.#parts.ways);
  }

  get #keepWarning() {
    return hookReports(this.#core).keepWarning;
  }
}

/** Waits until none of those that plugins need is being started elsewhere, since it is needed there. */
async function settleNeeded(plugins: readonly Plugin[], { dormancy }: StartContext): Promise<void> {
  for (;;) {
    const waiting = dormancy?.wakes.neededNow(plugins) ?? null;
    if (waiting === null) return;
    await waiting;
  }
}

/** The host ends before its start has begun. */
function leaveUnstarted(plugins: readonly Plugin[]): void {
  for (const { phase, lifecycle } of plugins) {
    if (phase === 'validated') lifecycle.to('unloaded', null, 'close');
  }
}
