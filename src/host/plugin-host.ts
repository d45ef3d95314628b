import { ABI_MAJOR, ABI_MINOR } from '../abi/index.js';
import { AisopodError } from '../base/errors/index.js';
import { type Logger, silentLogger } from '../base/logging/index.js';
import { showPath } from '../base/text/index.js';
import { HOST_VERSION } from '../base/version.js';
import { Config, checkLimits, type Limits, withLimits } from '../config/index.js';
import { type Home, resolveHome } from '../home/paths/index.js';
import type { CallRoute, ShutdownReason } from '../instance/index.js';
import { Commands, WriteGate } from '../kinds/commands/index.js';
import { Hooks } from '../kinds/hooks/index.js';
import { Messaging } from '../kinds/messages/index.js';
import { Middleware } from '../kinds/middleware/index.js';
import { resultProblem, Tools } from '../kinds/tools/index.js';
import { KnownLibraries } from '../loaders/native/copies/known-libraries.js';
import {
  discover,
  KnownFolders,
  type SearchPath,
  searchPaths,
} from '../packages/discovery/index.js';
import { CURRENT_PLATFORM, type HostFacts } from '../packages/manifest/index.js';
import type { Plugin } from '../plugin-api/index.js';
import { Epoch, Registry, type RegistrySnapshot } from '../registry/index.js';
import { Authority, TokenFile } from '../security/auth/index.js';
import { EventBus } from '../services/events/index.js';
import { Storage } from '../services/storage/index.js';
import { embed, shadowedBy } from './embedded.js';
import { eventBusHost } from './event-bus-host.js';
import { type HostEventMap, HostEvents } from './events.js';
import { FollowFiles, type Refusals } from './follow-files.js';
import { hookReports } from './hook-reports.js';
import { hostRequests } from './host-requests.js';
import { HostTopics } from './host-topics.js';
import { InProgress } from './in-progress.js';
import type { LifecycleChange } from './lifecycle/index.js';
import { MissingGuards } from './missing-guards.js';
import { forgetOpenHost, rememberOpenHost } from './open-hosts.js';
import { type Operation, OperationQueue } from './operations/operation-queue.js';
import { StartOperation } from './operations/start-operation.js';
import type { HostOptions } from './options.js';
import type { PluginInfo } from './plugin-info.js';
import { PluginRecord } from './plugin-record.js';
import { PluginRecords } from './plugin-records.js';
import { Plugins } from './plugins.js';
import type { StartContext } from './start-context.js';
import { buildToolRegistry, fireStartHooks } from './start-hooks.js';
import { startPlugins } from './start-plugins.js';
import { stopPlugin, stopPlugins } from './stop-plugins.js';

/** The one front door: finds plugins, starts them, and lets what they register be used. */
export class PluginHost {
  readonly home: Home;
  readonly config: Config;
  /** What the host itself tells an embedder. */
  readonly events: HostEvents;
  /** What plugins and the embedder tell each other. */
  readonly bus: EventBus;
  readonly messaging: Messaging;
  readonly plugins: Plugins;
  readonly tools: Tools;
  /** What plugins keep beyond the end of the process. */
  readonly storage: Storage;
  readonly hooks: Hooks;
  readonly middleware: Middleware;
  readonly commands: Commands;
  /** What all plugins registered; read it by its snapshots. */
  readonly registry: Registry;
  readonly #options: HostOptions;
  readonly #limits: Partial<Limits>;
  readonly #logger: Logger;
  readonly #epoch = new Epoch();
  readonly #records = new PluginRecords();
  readonly #work = new InProgress();
  /** All that changes which plugins there are, and in which phase. */
  readonly #operations = new OperationQueue((error) => this.#operationFailed(error));
  readonly #gate = new WriteGate();
  readonly #files: FollowFiles;
  readonly #guards: MissingGuards;
  #unwatch: (() => void) | undefined;
  #starting: Promise<void> | null = null;
  /** What start() begins with has begun. */
  #started = false;
  /** What tools are described by; null: the start has not got to that. */
  #described: RegistrySnapshot | null = null;
  /** Waits to bring to the plugins what the files say. */
  #following: { readonly operation: Operation; readonly done: Promise<Refusals> } | null = null;
  #closing: Promise<void> | null = null;
  #letGo: (() => void) | undefined;
  #cleaning: Promise<void> | undefined;
  #known: KnownFolders | null = null;
  readonly #libraries: KnownLibraries;

  private constructor(options: HostOptions) {
    this.#options = options;
    this.#limits = checkLimits(options.limits ?? {});
    this.#logger = options.logger ?? silentLogger;
    const env = options.env ?? process.env;
    this.registry = new Registry(this.#epoch);
    this.home = resolveHome({ home: options.home, env });
    this.config = new Config({
      home: this.home,
      env,
      overrides: options.config ?? {},
      manifestOf: (id) => this.#records.find(id)?.found.manifest,
      assertWritable: (what) => this.#gate.assertWritable(what),
      onChange: (listener) => {
        this.events.on('configChanged', listener);
        return () => void this.events.off('configChanged', listener);
      },
      apply: () => this.#operations.settle(this.#applyFiles(), new Map()),
    });
    // The limits of no plugin are those of the host.
    const limitsFor = (id: string) => this.#limitsFor(id);
    const redactorOf = (id: string) => this.#records.find(id)?.redactor;
    this.bus = new EventBus(eventBusHost(limitsFor, () => this.events, this.#logger, redactorOf));
    const topics = new HostTopics(this);
    this.events = new HostEvents((name, args) => {
      if (name === 'phase') this.#phaseChanged((args as HostEventMap['phase'])[0]);
      // What a tool answered may have depended on its configuration.
      if (name === 'configChanged')
        this.tools.forgetResults((args as HostEventMap['configChanged'])[0].plugin);
      topics.tell(name, args);
    });
    this.#files = new FollowFiles({
      home: this.home,
      config: this.config,
      records: this.#records,
      events: this.events,
      logger: this.#logger,
      start: (records) => this.#startAll(records),
    });
    this.storage = new Storage(this.home);
    this.#libraries = new KnownLibraries(this.home);
    this.plugins = new Plugins({
      registry: this.registry,
      records: this.#records,
      assertWritable: (what) => this.#gate.assertWritable(what),
      operations: this.#operations,
      assertOpen: () => this.#refuseClosed(),
      load: (dir) => this.#load(dir),
      stop: (record) => stopPlugin(record, this.#stopContext('unload')),
      changed: () => this.#registryChanged(),
      disabledBy: (id) => this.#files.disabledBy(id),
      keepEnabled: (ids, enabled) => this.#keepEnabled(ids, enabled),
    });
    this.middleware = new Middleware({
      epoch: this.#epoch,
      snapshot: () => this.registry.snapshot,
      route: (id) => this.#route(id),
    });
    this.messaging = new Messaging({
      snapshot: () => this.registry.snapshot,
      knows: (id) => this.#records.find(id) !== undefined,
      route: (id) => this.#route(id),
      middleware: this.middleware,
    });
    const reports = hookReports(this.#records, this.events, this.#logger);
    const hookMs = (id: string) => this.#limitsFor(id).hookMs;
    this.hooks = new Hooks({
      epoch: this.#epoch,
      snapshot: () => this.registry.snapshot,
      route: (id) => this.#route(id),
      hookMs,
      payloadProblems: { AfterToolExecute: resultProblem },
      ...reports,
    });
    this.#guards = new MissingGuards(this.hooks, {
      find: (name) => this.#records.named(name),
      isEnabled: (id) => this.#files.isEnabled(id),
    });
    this.tools = new Tools({
      epoch: this.#epoch,
      hooks: this.hooks,
      middleware: this.middleware,
      toolAttempts: (id) => this.#limitsFor(id).toolAttempts,
      hookMs,
      warn: reports.warn,
      snapshot: () => this.registry.snapshot,
      assertOpen: () => this.#refuseClosed(),
      route: (id) => this.#route(id),
    });
    this.commands = new Commands({
      snapshot: () => this.registry.snapshot,
      assertOpen: () => this.#refuseClosed(),
      route: (id) => this.#route(id),
      authority: new Authority(new TokenFile(this.home.token)),
      gate: this.#gate,
    });
  }

  /**
   * Opens a host: finds all plugins and starts those that can be.
   * @returns also when plugins failed; `host.plugins.list()` says which and why
   * @throws AisopodError USAGE, NO_HOME, CONFIG_INVALID; with `strict` the error of the
   *   first plugin that failed
   */
  static async open(options: HostOptions = {}): Promise<PluginHost> {
    const host = new PluginHost(options);
    host.discover();
    try {
      await host.start();
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  /** Like open(), without finding or starting anything yet. */
  static create(options: HostOptions = {}): PluginHost {
    return new PluginHost(options);
  }

  /** Where plugins are looked for, in order of precedence. */
  get searchPaths(): readonly SearchPath[] {
    return searchPaths({
      home: this.home,
      env: this.#options.env ?? process.env,
      configPaths: this.config.paths,
      pluginDirs: this.#options.pluginDirs ?? [],
    });
  }

  /**
   * Finds plugins without running anything of them. Before start() only.
   * @throws AisopodError HOST_CLOSED, ALREADY_LOADED when the host has started
   */
  discover(): PluginInfo[] {
    this.#refuseClosed();
    if (this.#starting !== null) {
      throw new AisopodError('ALREADY_LOADED', 'The host has started; see plugins.loadPlugin().');
    }
    this.#known = new KnownFolders(this.home, this.#facts);
    const { embedded } = this.#records;
    const records = this.#find(this.searchPaths, this.#known, embedded);
    this.#records.replaceAll([...embedded, ...records]);
    for (const record of records) this.#validate(record);
    return this.plugins.list();
  }

  /**
   * Starts what discover() found, in the order of dependencies. Asked again, it is the same start.
   * @throws AisopodError HOST_CLOSED; with `strict` the error of the first plugin that failed
   */
  async start(): Promise<void> {
    this.#refuseClosed();
    this.#starting ??= this.#work.track(this.#start());
    await this.#operations.settle(this.#starting, undefined);
  }

  /**
   * Takes a plugin that is code of this program. Before start() it waits for it, with all others;
   * later it is started at once. Everything else holds for it as for a plugin with a manifest.
   * @returns how it came out: a failure of its functions is in `state` and `error`
   * @throws AisopodError USAGE when it is no plugin, MANIFEST_INVALID with all faults of what it
   *   says of itself, ALREADY_LOADED, COMMAND_RUNNING, HOST_CLOSED; with `strict` the error of its start
   */
  async register(plugin: Plugin): Promise<PluginInfo> {
    this.#refuseClosed();
    this.#gate.assertWritable('register a plugin');
    const record = embed(plugin, {
      host: this,
      events: this.events,
      logger: this.#logger,
      facts: this.#facts,
      inside: (lifecycleFunction) => this.#operations.inside(lifecycleFunction),
    });
    await this.#work.track(this.#register(record));
    return this.plugins.info(record);
  }

  /**
   * Ends all plugins in reverse order: calls in flight may end, then each shuts down. Changes that
   * were asked for before come first, but a plugin that is being started is ended instead, and what
   * was to be started rejects with HOST_CLOSED. What fails on the way is a warning. May be called
   * again; never rejects.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    this.#epoch.advance();
    return this.#operations.settle(this.#closing, undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #strict(): boolean {
    return this.#options.strict ?? this.config.strict;
  }

  /** The limits of a plugin; those of the embedder go over all. */
  #limitsFor(id: string): Limits {
    return withLimits(this.config.limitsFor(id), this.#limits);
  }

  #context(): StartContext {
    return {
      home: this.home,
      config: this.config,
      registry: this.registry,
      bus: this.bus,
      logger: this.#logger,
      requests: hostRequests(this, this.#options.requests ?? {}),
      libraries: this.#libraries,
      limitsFor: (id) => this.#limitsFor(id),
      strict: this.#strict,
    };
  }

  #stopContext(reason: ShutdownReason) {
    return {
      reason,
      registry: this.registry,
      logger: this.#logger,
      drainMs: (id: string) => this.#limitsFor(id).drainMs,
    };
  }

  /** What plugins are compared with. */
  get #facts(): HostFacts {
    return {
      hostVersion: HOST_VERSION,
      platform: CURRENT_PLATFORM,
      abiMajor: ABI_MAJOR,
      abiMinor: ABI_MINOR,
      features: [...this.config.features, ...(this.#options.features ?? [])],
    };
  }

  #find(
    paths: readonly SearchPath[],
    known: KnownFolders | null = null,
    own: readonly PluginRecord[] = [],
  ): PluginRecord[] {
    const found = discover({
      paths,
      host: this.#facts,
      pinOf: (id) => this.config.settingsFor(id).version,
      known,
    });
    return found.map((each) => new PluginRecord(shadowedBy(own, each), this.events));
  }

  /** Says how far a finding can go, as far as that can be told without running it. */
  #validate({ found, lifecycle }: PluginRecord): void {
    const { id, error } = found;
    if (error !== null) lifecycle.to('failed_manifest', error);
    else if (id !== null && !this.#files.isEnabled(id)) lifecycle.to('disabled');
    else lifecycle.to('validated');
  }

  async #start(): Promise<void> {
    await this.#operations.add({
      run: async () => {
        if (this.#closing !== null) this.#leaveUnstarted();
        this.#refuseClosed();
        this.#started = true;
        await this.#startAll(this.#records.all);
      },
    });
    this.#cleaning = this.#cleanCache();
    this.bus.announce('host.started', () => ({ plugins: this.#records.running.length }));
    if (this.#strict) this.#throwFirstFailure();
    this.#described = this.registry.snapshot;
    await fireStartHooks(this, this.#keepWarning);
    if (this.#closing !== null) return;
    if (this.#options.keepAlive === true) await this.#keepAlive();
    if (this.#options.watchConfig ?? this.#options.keepAlive === true) await this.#watch();
  }

  /** The host ends before its start has begun. */
  #leaveUnstarted(): void {
    for (const { phase, lifecycle } of this.#records.all) {
      if (phase === 'validated') lifecycle.to('unloaded');
    }
  }

  // What many hosts do without, and what is done after the start, is loaded then.

  async #keepAlive(): Promise<void> {
    const { keepAlive } = await import('./keep-alive.js');
    if (this.#closing === null) this.#letGo = keepAlive();
  }

  async #cleanCache(): Promise<void> {
    const { cleanCacheSoon } = await import('./clean-cache.js');
    await cleanCacheSoon(this.home.copies, this.#logger);
    await this.#keepState();
  }

  async #startAll(records: readonly PluginRecord[]): Promise<void> {
    rememberOpenHost(this);
    const wanted = records.filter(({ phase }) => phase === 'validated');
    const { running } = this.#records;
    const others = this.#records.notRunning([...wanted, ...running]);
    await startPlugins(wanted, running, others, this.#context());
    for (const { name, lifecycle } of records) {
      const { reason, phase } = lifecycle;
      if (reason !== null)
        this.#logger.error({ plugin: name, phase, code: reason.code }, reason.message);
    }
  }

  async #register(record: PluginRecord): Promise<void> {
    if (!this.#started && this.#operations.isIdle) this.#take(record);
    else await this.#startNew(record);
    if (this.#started && this.#strict && record.lifecycle.reason !== null)
      throw record.lifecycle.reason;
  }

  get #keepWarning() {
    return hookReports(this.#records, this.events, this.#logger).keepWarning;
  }

  /** Plugins that came later say how tools are described, too, and those that have gone no longer do. */
  async #registryChanged(): Promise<void> {
    const { snapshot } = this.registry;
    if (this.#described === null || this.#described === snapshot) return;
    this.#described = snapshot;
    try {
      await this.#operations.inside(() => buildToolRegistry(this, this.#keepWarning));
    } catch (error) {
      this.#operationFailed(error);
    }
  }

  /** Adds a plugin, and says how far it can go. */
  #take(record: PluginRecord): void {
    this.#refuseClosed();
    this.#records.add(record);
    this.#validate(record);
  }

  /** Adds a plugin and, in a host that has started, starts it together with others that wait for that. */
  #startNew(record: PluginRecord): Promise<void> {
    const { newest } = this.#operations;
    const operation = newest instanceof StartOperation ? newest : this.#queueStart();
    operation.join(record);
    const taken = operation.done.then(() => operation.assertTaken(record));
    return this.#operations.settle(taken, undefined);
  }

  #queueStart(): StartOperation {
    const operation = new StartOperation({
      take: (record) => this.#take(record),
      start: async (records) => {
        if (!this.#started) return;
        await this.#startAll(records);
        await this.#registryChanged();
      },
    });
    operation.done = this.#operations.add(operation);
    return operation;
  }

  /** Of a host that has started, and is not ending. */
  #applyFiles(): Promise<Refusals> {
    if (this.#starting === null || this.#closing !== null) return Promise.resolve(new Map());
    const waiting = this.#following;
    if (waiting !== null && waiting.operation === this.#operations.newest) return waiting.done;
    let refusals: Refusals = new Map();
    const operation = {
      run: async () => {
        if (this.#closing !== null) return;
        refusals = await this.#files.apply();
        await this.#registryChanged();
      },
    };
    const done = this.#operations.add(operation).then(() => refusals);
    this.#following = { operation, done };
    return done;
  }

  async #keepEnabled(ids: readonly string[], enabled: boolean): Promise<void> {
    const { writeEnabled } = await import('../home/installed/write-enabled.js');
    await writeEnabled(this.home, ids, enabled);
    this.#files.reload();
    if (this.#started) await this.#files.apply();
    else this.#files.switchUnstarted();
  }

  async #watch(): Promise<void> {
    const { watchFiles } = await import('./watch-files.js');
    if (this.#closing !== null) return;
    const follow = () => {
      this.#files.reload();
      void this.#applyFiles();
    };
    this.#unwatch = watchFiles({
      home: this.home,
      plugins: () => this.#records.all.flatMap(({ found }) => found.id ?? []),
      onChange: follow,
      onError: (error) => {
        this.#logger.warn({ code: error.code }, error.message);
        this.events.emit('configError', null, error);
      },
    });
    follow(); // what was written since they were read
  }

  async #load(dir: string): Promise<PluginRecord> {
    this.#refuseClosed();
    const only = searchPaths({ home: this.home, env: {}, pluginDirs: [dir] }).slice(0, 1);
    const [record] = this.#find(only);
    if (record === undefined) {
      throw new AisopodError('MANIFEST_MISSING', `${showPath(dir)} holds no plugin.`, {
        details: { dir },
      });
    }
    await this.#startNew(record);
    return record;
  }

  #route(id: string): CallRoute {
    this.#refuseClosed();
    const record = this.#records.find(id);
    const phase = record?.phase ?? null;
    // A stuck plugin may still serve what need not wait; the core refuses the rest.
    if (record?.route && (phase === 'active' || phase === 'stuck')) return record.route;
    const details = { plugin: id, state: phase };
    if (phase === 'disabled') {
      throw new AisopodError('PLUGIN_DISABLED', `Plugin ${id} is switched off.`, { details });
    }
    throw new AisopodError('PLUGIN_NOT_ACTIVE', `Plugin ${id} takes no calls now.`, { details });
  }

  #throwFirstFailure(): void {
    for (const { lifecycle } of this.#records.all) {
      if (lifecycle.reason !== null && lifecycle.reason.code !== 'SHADOWED') throw lifecycle.reason;
    }
  }

  #refuseClosed(): void {
    if (this.#closing !== null) throw new AisopodError('HOST_CLOSED', 'This host is closed.');
  }

  #phaseChanged(change: LifecycleChange): void {
    this.#epoch.advance();
    if (change.to === 'unloaded' || change.to === 'abandoned') this.tools.forget(change.id);
    this.#guards.follow(change);
  }

  #operationFailed(cause: unknown): void {
    const { code, message } = AisopodError.from(cause);
    this.#logger.error({ code }, message);
  }

  /** What was found out since the last time. */
  async #keepState(): Promise<void> {
    const known = this.#known;
    this.#known = null;
    const { keepState } = await import('./keep-state.js');
    await keepState([known, this.#libraries], this.home.state, this.#logger);
  }

  async #close(): Promise<void> {
    this.#unwatch?.();
    for (const record of this.#records.all) record.abortStart('close');
    await this.#operations.add({
      run: async () => {
        this.bus.announce('host.closing', () => ({}));
        await stopPlugins(this.#records.all, this.#stopContext('close'));
      },
    });
    await this.#work.settled();
    await this.bus.close();
    await this.storage.close();
    await this.#cleaning;
    await this.#keepState();
    this.#letGo?.();
    forgetOpenHost(this);
  }
}
