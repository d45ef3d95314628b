import { AisopodError } from '../base/errors/index.js';
import { lazily } from '../base/lazily.js';
import { type Config, configFace } from '../config/index.js';
import type { Home } from '../home/paths/index.js';
import type { SearchPath } from '../packages/discovery/index.js';
import type { Plugin } from '../plugin-api/index.js';
import type { PluginRegistry } from '../registry/index.js';
import type { EventBus } from '../services/events/index.js';
import type { Storage } from '../services/storage/index.js';
import type { StartWays } from './crashes/start-ways.js';
import type { HostEvents } from './events.js';
import { HostCore } from './host-core.js';
import type { Plugins } from './host-plugins.js';
import { NativeLibraries } from './lifecycle/choose-loader.js';
import { embed } from './lifecycle/embedded.js';
import { HostLife } from './lifecycle/host-life.js';
import { PluginFinder } from './lifecycle/plugin-finder.js';
import { PluginStarter } from './lifecycle/plugin-starter.js';
import type { HostOptions } from './options.js';
import type { PluginInfo } from './plugins/plugin-info.js';
import { PluginsService } from './plugins-service.js';
import { HostKinds, type HostServices, hostRequests, openServices } from './services.js';

// Few hosts watch the folders of their plugins.
const loadDropIn = lazily(() => import('./drop-in/index.js'), 16);

/** The services of a host with what only the host calls, for the mock of a context. */
export let servicesOf: (host: PluginHost) => HostServices;

/** As PluginHost.create(), for a process that starts plugins in ways of its own. */
export let createHost: (options: HostOptions, ways: StartWays) => PluginHost;

/** Starts plugins one after the other, those that they need first; nothing else of a start is done. */
export let startOneByOne: (
  host: PluginHost,
  ids: readonly string[],
  without: readonly string[],
) => Promise<void>;

/** The one front door: finds plugins, starts them, and lets what they register be used. */
export class PluginHost extends HostKinds {
  readonly home: Home;
  readonly config: Config;
  /** What the host itself tells an embedder. */
  readonly events: HostEvents;
  /** What plugins and the embedder tell each other. */
  readonly bus: EventBus;
  readonly plugins: Plugins;
  /** What plugins keep beyond the end of the process. */
  readonly storage: Storage;
  /** What all plugins registered; read it by its snapshots. */
  readonly registry: PluginRegistry;
  readonly #core: HostCore;
  readonly #services: HostServices;
  readonly #finder: PluginFinder;
  readonly #starter: PluginStarter;
  readonly #life: HostLife;
  readonly #plugins: PluginsService;

  static {
    servicesOf = (host) => host.#services;
    createHost = (options, ways) => new PluginHost(options, ways);
    startOneByOne = (host, ids, without) =>
      host.#core.operations.add({
        cause: 'start',
        run: () => host.#starter.startOneByOne(ids, without),
      });
  }

  private constructor(options: HostOptions, ways: StartWays = {}) {
    const core = new HostCore(options, (edit) => this.#life.change(edit));
    const services = openServices(core);
    super(services.kinds);
    const libraries = new NativeLibraries(core.home);
    const requests = hostRequests(services, core.options.requests ?? {});
    const finder = new PluginFinder(core);
    const starter = new PluginStarter(core, { services, finder, requests, libraries, ways });
    const changes = { core, finder, starter };
    const followPlugins = async () => (await loadDropIn()).followPlugins(changes);
    const foundOut = () => [finder.takeKnown(), libraries.known, starter.remembered];
    this.#core = core;
    this.#services = services;
    this.#finder = finder;
    this.#starter = starter;
    this.#life = new HostLife(core, { services, starter, foundOut, followPlugins });
    this.home = core.home;
    this.config = configFace(core.config);
    this.events = core.events;
    this.registry = core.registry;
    this.bus = services.bus;
    this.storage = services.storage;
    this.#plugins = new PluginsService(core, {
      load: (dir) => this.#load(dir),
      reload: (plugin) => starter.reload(plugin),
      changed: () => starter.registryChanged(),
      keepEnabled: (ids, enabled) => this.#life.keepEnabled(ids, enabled),
    });
    this.plugins = this.#plugins;
  }

  /**
   * Opens a host: finds all plugins and starts those that can be.
   * @returns also when plugins failed; `host.plugins.list()` says which and why
   * @throws AisopodError USAGE, NO_HOME, CONFIG_INVALID; with `strict` the error of the
   *   first plugin that failed
   */
  static async open(options: HostOptions = {}): Promise<PluginHost> {
    const host = new PluginHost(options);
    host.#finder.discover();
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
    return this.#finder.searchPaths;
  }

  /** What is odd about the set-up as a whole: SEARCH_PATH_MISSING, CONFIG_UNUSED. */
  get warnings(): readonly AisopodError[] {
    return this.#finder.warnings;
  }

  /**
   * Finds plugins without running anything of them. Before start() only.
   * @throws AisopodError HOST_CLOSED, ALREADY_LOADED when the host has started
   */
  discover(): PluginInfo[] {
    this.#core.dispatcher.assertOpen();
    if (this.#life.hasBegun) {
      throw new AisopodError('ALREADY_LOADED', 'The host has started; see plugins.loadPlugin().');
    }
    this.#finder.discover();
    return this.plugins.list();
  }

  /**
   * Starts what discover() found, in the order of dependencies. Asked again, it is the same start.
   * @throws AisopodError HOST_CLOSED; with `strict` the error of the first plugin that failed
   */
  start(): Promise<void> {
    return this.#life.start();
  }

  /**
   * Takes a plugin that is code of this program. Before start() it waits for it, with all others;
   * later it is started at once. Everything else holds for it as for a plugin with a manifest.
   * @returns how it came out: a failure of its functions is in `state` and `error`
   * @throws AisopodError USAGE when it is no plugin, MANIFEST_INVALID with all faults of what it
   *   says of itself, ALREADY_LOADED, COMMAND_RUNNING, HOST_CLOSED; with `strict` the error of its start
   */
  async register(plugin: Plugin): Promise<PluginInfo> {
    this.#core.dispatcher.assertOpen();
    this.#core.gate.assertWritable('register a plugin');
    const finding = embed(plugin, { core: this.#core, services: this.#services });
    const registered = await this.#life.track(this.#starter.register(finding));
    return this.#plugins.info(finding, registered);
  }

  /**
   * Ends all plugins in reverse order: calls in flight may end, then each shuts down. Changes that were
   * asked for before come first, but a plugin that is being started is ended instead, and what was to be
   * started rejects with HOST_CLOSED. What fails on the way is a warning. May be called again; never rejects.
   */
  close(): Promise<void> {
    return this.#life.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #load(dir: string) {
    this.#core.dispatcher.assertOpen();
    const finding = this.#finder.inFolder(dir);
    return this.#plugins.info(finding, await this.#starter.add(finding));
  }
}
