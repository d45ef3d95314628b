import type { RequestHandlers } from '../../instance/index.js';
import type { RegistrySnapshot } from '../../registry/index.js';
import { hookReports } from '../hook-reports.js';
import type { HostCore } from '../host-core.js';
import { StartOperation } from '../operations/start-operation.js';
import type { PluginRecord } from '../plugins/plugin-record.js';
import type { HostServices } from '../services.js';
import type { NativeLibraries } from './choose-loader.js';
import type { PluginFinder } from './plugin-finder.js';
import { startPlugins } from './start-plugins.js';

/** What starting plugins needs besides the core. */
export interface StarterParts {
  readonly services: HostServices;
  readonly finder: PluginFinder;
  /** What plugins may request. */
  readonly requests: RequestHandlers;
  readonly libraries: NativeLibraries;
}

/** Starts plugins: those that were found, and those that come later. */
export class PluginStarter {
  readonly #core: HostCore;
  readonly #parts: StarterParts;
  #isStarted = false;
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

  /** Starts all that were found. One of the operations of the host. @throws AisopodError HOST_CLOSED */
  async startFound(): Promise<void> {
    const { dispatcher, records } = this.#core;
    if (dispatcher.isClosed) leaveUnstarted(records.all);
    dispatcher.assertOpen();
    this.#isStarted = true;
    await this.start(records.all);
  }

  /** Starts those of `records` that can be. */
  async start(records: readonly PluginRecord[]): Promise<void> {
    const { records: all, logger } = this.#core;
    const wanted = records.filter(({ phase }) => phase === 'validated');
    const { running } = all;
    const others = all.notRunning([...wanted, ...running]);
    const { services, requests, libraries } = this.#parts;
    await startPlugins(wanted, running, others, {
      core: this.#core,
      bus: services.bus,
      requests,
      libraries,
    });
    for (const { name, lifecycle } of records) {
      const { reason, phase } = lifecycle;
      if (reason !== null) logger.error({ plugin: name, phase, code: reason.code }, reason.message);
    }
  }

  /** Fires the hooks of a start. @throws AisopodError HOOK_DEPTH */
  async fireStartHooks(): Promise<void> {
    const { fireStartHooks } = await import('./start-hooks.js');
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
    const { buildToolRegistry } = await import('./start-hooks.js');
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
  async register(record: PluginRecord): Promise<void> {
    if (!this.#isStarted && this.#core.operations.isIdle) this.#take(record);
    else await this.add(record);
    const { reason } = record.lifecycle;
    if (this.#isStarted && this.#core.strict && reason !== null) throw reason;
  }

  /**
   * Adds a plugin and, in a host that has started, starts it together with others that wait for that.
   * @throws AisopodError ALREADY_LOADED, HOST_CLOSED
   */
  add(record: PluginRecord): Promise<void> {
    const { operations } = this.#core;
    const { newest } = operations;
    const operation = newest instanceof StartOperation ? newest : this.#queueStart();
    operation.join(record);
    const taken = operation.done.then(() => operation.assertTaken(record));
    return operations.settle(taken, undefined);
  }

  #queueStart(): StartOperation {
    const operation = new StartOperation({
      take: (record) => this.#take(record),
      start: async (records) => {
        if (!this.#isStarted) return;
        await this.start(records);
        await this.registryChanged();
      },
    });
    operation.done = this.#core.operations.add(operation);
    return operation;
  }

  /** Adds a plugin, and says how far it can go. */
  #take(record: PluginRecord): void {
    this.#core.dispatcher.assertOpen();
    this.#core.records.add(record);
    this.#parts.finder.validate(record);
  }

  get #keepWarning() {
    return hookReports(this.#core).keepWarning;
  }
}

/** The host ends before its start has begun. */
function leaveUnstarted(records: readonly PluginRecord[]): void {
  for (const { phase, lifecycle } of records) {
    if (phase === 'validated') lifecycle.to('unloaded');
  }
}
