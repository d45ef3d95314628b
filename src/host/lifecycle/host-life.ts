import { AisopodError } from '../../base/errors/index.js';
import { lazily } from '../../base/lazily.js';
import type { HostCore } from '../host-core.js';
import type { Operation } from '../operations/operation-queue.js';
import type { HostServices } from '../services.js';
import type { FollowFiles, Refusals } from './follow-files.js';
import { InProgress } from './in-progress.js';
import type { Keepable } from './keep-state.js';
import { forgetOpenHost, rememberOpenHost } from './open-hosts.js';
import type { PluginStarter } from './plugin-starter.js';
import { stopPlugins } from './stop-plugins.js';

// What many hosts do without, and what is done after the start, is loaded then.
const loadWriteEnabled = lazily(() => import('../../home/installed/write-installed.js'));
const loadKeepAlive = lazily(() => import('./keep-alive.js'));
const loadCleanCache = lazily(() => import('./clean-cache.js'));
const loadCleanHome = lazily(() => import('./clean-home.js'));
const loadFollowFiles = lazily(() => import('./follow-files.js'));
const loadWatchFiles = lazily(() => import('./watch-files.js'));
const loadKeepState = lazily(() => import('./keep-state.js'));

/** A host that follows the folders of its plugins. */
export interface Following {
  /** Looks at all folders again, since what the host reads from its files has changed. */
  again(): void;
  close(): void;
}

/** What the life of a host needs besides the core. */
export interface LifeParts {
  readonly services: HostServices;
  readonly starter: PluginStarter;
  /** What was found out since the last time that this was asked, to be kept for the next start. */
  readonly foundOut: () => readonly (Keepable | null)[];
  /** Lets a host that has started follow the folders of its plugins. */
  readonly followPlugins: () => Promise<Following>;
}

/** The life of a host from start() to close(), and what its files say meanwhile. */
export class HostLife {
  readonly #core: HostCore;
  readonly #parts: LifeParts;
  #files: FollowFiles | null = null;
  readonly #work = new InProgress();
  readonly #openHost = { close: () => this.close() };
  #starting: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #cleaning: Promise<void> | undefined;
  #endKeepAlive: (() => void) | undefined;
  #endWatch: (() => void) | undefined;
  /** Watches the folders of plugins. */
  #folders: Following | undefined;
  /** Waits to bring to the plugins what the files say. */
  #following: { readonly operation: Operation; readonly done: Promise<Refusals> } | null = null;

  constructor(core: HostCore, parts: LifeParts) {
    this.#core = core;
    this.#parts = parts;
  }

  /** start() was called. */
  get hasBegun(): boolean {
    return this.#starting !== null;
  }

  /** As PluginHost.start(). */
  async start(): Promise<void> {
    this.#core.dispatcher.assertOpen();
    this.#starting ??= this.#work.track(this.#start());
    await this.#core.operations.settle(this.#starting, undefined);
  }

  /** close() waits for `work`. */
  track<T>(work: Promise<T>): Promise<T> {
    return this.#work.track(work);
  }

  /** Brings to the plugins what the files say, in a host that has started and is not ending. */
  applyFiles(): Promise<Refusals> {
    const { operations, dispatcher } = this.#core;
    if (this.#starting === null || dispatcher.isClosed) return Promise.resolve(new Map());
    const waiting = this.#following;
    if (waiting !== null && waiting.operation === operations.newest) return waiting.done;
    let refusals: Refusals = new Map();
    const operation = {
      cause: 'config' as const,
      run: async () => {
        refusals = await this.#follow();
      },
    };
    const done = operations.add(operation).then(() => refusals);
    this.#following = { operation, done };
    return done;
  }

  /**
   * As ChangeFiles, one of the operations. What a lifecycle function of a plugin asks for is written at once,
   * since an operation waits for that function.
   */
  async change<T>(edit: () => Promise<T>): Promise<{ edited: T; refusals: Refusals }> {
    const { operations } = this.#core;
    if (operations.isInside) {
      const edited = await edit();
      return { edited, refusals: await operations.settle(this.applyFiles(), new Map()) };
    }
    const work = async () => {
      const edited = await edit();
      return { edited, refusals: await this.#follow() };
    };
    return await operations.perform('config', work);
  }

  /**
   * Writes whether plugins are enabled, and does what the files say then. One of the operations.
   * @throws AisopodError INSTALLED_INVALID, FILE_LOCKED, FILE_UNWRITABLE
   */
  async keepEnabled(ids: readonly string[], enabled: boolean): Promise<void> {
    const { writeEnabled } = await loadWriteEnabled();
    await writeEnabled(this.#core.home, ids, enabled);
    const files = await this.#loadFiles();
    files.reload();
    if (this.#parts.starter.isStarted) await files.apply();
    else files.switchUnstarted();
  }

  /** As PluginHost.close(). */
  close(): Promise<void> {
    this.#core.dispatcher.close();
    this.#closing ??= this.#close();
    return this.#core.operations.settle(this.#closing, undefined);
  }

  async #start(): Promise<void> {
    const { operations, dispatcher, plugins, options, strict } = this.#core;
    const { starter, services } = this.#parts;
    rememberOpenHost(this.#openHost);
    await operations.add({ cause: 'start', run: () => starter.startFound() });
    this.#cleaning = this.#upkeep(() => this.#cleanCache());
    services.bus.announce('host.started', () => ({
      plugins: plugins.running.length,
      dormant: plugins.all.filter(({ isDormant }) => isDormant).length,
    }));
    if (strict) this.#throwFirstFailure();
    await starter.fireStartHooks();
    if (dispatcher.isClosed) return;
    if (options.keepAlive === true) await this.#keepAlive();
    if (options.watch === true) await this.#watchPlugins();
    const { watchConfig = options.watch === true || options.keepAlive === true } = options;
    if (watchConfig) await this.#watch();
  }

  /** Does what the files say now, once plugins have started. Within an operation. */
  async #follow(): Promise<Refusals> {
    const { starter } = this.#parts;
    if (!starter.isStarted || this.#core.dispatcher.isClosed) return new Map();
    const refusals = await (await this.#loadFiles()).apply();
    await starter.reloadAsked();
    await starter.registryChanged();
    return refusals;
  }

  async #keepAlive(): Promise<void> {
    const { keepAlive } = await loadKeepAlive();
    if (this.#closing === null) this.#endKeepAlive = keepAlive();
  }

  async #cleanCache(): Promise<void> {
    const { home, logger } = this.#core;
    const { cleanCacheSoon } = await loadCleanCache();
    await cleanCacheSoon(home.copies, logger);
    const { cleanHome } = await loadCleanHome();
    await cleanHome(home, logger);
    await this.#keepState();
  }

  /**
   * Does what only saves disk space, or time of the next start. A failure is logged: the host goes on, also
   * when a module of it could not be read since too many files were open.
   */
  async #upkeep(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { message } = AisopodError.from(error);
      this.#core.logger.debug({}, `The host cannot tidy its home: ${message}`);
    }
  }

  async #loadFiles(): Promise<FollowFiles> {
    const { FollowFiles } = await loadFollowFiles();
    this.#files ??= new FollowFiles(this.#core, (plugins) => this.#parts.starter.start(plugins));
    return this.#files;
  }

  async #watch(): Promise<void> {
    const { watchFiles } = await loadWatchFiles();
    const files = await this.#loadFiles();
    if (this.#closing !== null) return;
    const { home, plugins, logger, events } = this.#core;
    const follow = () => {
      files.reload();
      void this.applyFiles();
    };
    this.#endWatch = watchFiles({
      home,
      plugins: () => plugins.all.flatMap(({ found }) => found.id ?? []),
      onChange: () => {
        follow();
        this.#folders?.again(); // search paths and pins may be others
      },
      onError: (error: AisopodError) => {
        logger.warn({ code: error.code }, error.message);
        events.emit('configError', null, error);
      },
    });
    follow(); // what was written since they were read
  }

  async #watchPlugins(): Promise<void> {
    const following = await this.#parts.followPlugins();
    if (this.#closing === null) this.#folders = following;
    else following.close();
  }

  #throwFirstFailure(): void {
    for (const { finding, plugin } of this.#core.plugins.findings) {
      const isUsed = plugin.found === finding.found;
      const own = plugin.phase === 'disabled' ? null : plugin.lifecycle.reason;
      const reason = isUsed ? own : finding.found.error;
      if (reason !== null && reason.code !== 'SHADOWED') throw reason;
    }
  }

  async #keepState(): Promise<void> {
    const { keepState } = await loadKeepState();
    await keepState(this.#parts.foundOut(), this.#core.home.state, this.#core.logger);
  }

  async #close(): Promise<void> {
    const { plugins, operations } = this.#core;
    const { bus, storage } = this.#parts.services;
    this.#endWatch?.();
    this.#folders?.close();
    for (const plugin of plugins.all) plugin.abortStart('close');
    await operations.add({
      cause: 'close',
      run: async () => {
        bus.announce('host.closing', () => ({}));
        await stopPlugins(plugins.all, { core: this.#core, reason: 'close' });
      },
    });
    await this.#work.settled();
    await bus.close();
    await storage.close();
    await this.#cleaning;
    await this.#upkeep(() => this.#keepState());
    await this.#parts.starter.close();
    this.#endKeepAlive?.();
    forgetOpenHost(this.#openHost);
  }
}
