import { ABI_MAJOR, ABI_MINOR } from '../abi/index.js';
import { AisopodError } from '../base/errors/index.js';
import { isObject, readMembers } from '../base/json/index.js';
import { type Logger, silentLogger } from '../base/logging/index.js';
import { show } from '../base/text/index.js';
import { HOST_VERSION } from '../base/version.js';
import {
  type ChangeFiles,
  type ConfigChange,
  ConfigService,
  checkLimits,
  type Limits,
  withLimits,
} from '../config/index.js';
import { type Home, resolveHome } from '../home/paths/index.js';
import { isPluginId } from '../home/plugin-id.js';
import { Listings } from '../home/state/index.js';
import { WriteGate } from '../kinds/commands/index.js';
import { KIND_DEFINITIONS } from '../kinds/index.js';
import type { Pin } from '../packages/discovery/index.js';
import { CURRENT_PLATFORM, type HostFacts, isRange } from '../packages/manifest/index.js';
import { Epoch, Registry, type RegistryDelta } from '../registry/index.js';
import { HostDispatcher } from './dispatcher.js';
import type { HostEventMap } from './events.js';
import { HostEventEmitter } from './host-event-emitter.js';
import { OperationQueue } from './operations/operation-queue.js';
import type { HostOptions } from './options.js';
import { EnabledPlugins } from './plugins/enabled-plugins.js';
import type { LifecycleChange } from './plugins/lifecycle.js';
import { PluginTable } from './plugins/plugin-table.js';

/** Receives the changes of a host before its embedder does. */
export interface CoreListener {
  registryChanged?(delta: RegistryDelta): void;
  phaseChanged?(change: LifecycleChange): void;
  configChanged?(change: ConfigChange): void;
  warned?(plugin: string, warning: AisopodError): void;
}

const HOST_OPTIONS = [
  'home',
  'env',
  'pluginDirs',
  'only',
  'versions',
  'strict',
  'activation',
  'features',
  'logger',
  'limits',
  'config',
  'requests',
  'watch',
  'watchConfig',
  'keepAlive',
] as const satisfies readonly (keyof HostOptions)[];

/** What all parts of one host stand on: its home, configuration, plugins, registry and events. */
export class HostCore {
  readonly options: HostOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly home: Home;
  readonly logger: Logger;
  readonly config: ConfigService;
  readonly events: HostEventEmitter;
  readonly epoch = new Epoch();
  /** What stands in the folders that hold plugins. */
  readonly listings = new Listings();
  readonly plugins: PluginTable;
  /** What all plugins registered. */
  readonly registry: Registry;
  readonly dispatcher: HostDispatcher;
  readonly gate = new WriteGate();
  /** All that changes which plugins there are, and in which phase. */
  readonly operations: OperationQueue;
  /** Which plugins the files let run. */
  readonly enabled: EnabledPlugins;
  readonly #limits: Partial<Limits>;
  readonly #versions: ReadonlyMap<string, Pin>;
  readonly #listeners: CoreListener[] = [];

  /**
   * @param changeFiles edits files of the home, and brings what they say to the plugins
   * @throws AisopodError USAGE, NO_HOME, CONFIG_INVALID, INSTALLED_INVALID
   */
  constructor(given: HostOptions, changeFiles: ChangeFiles) {
    const options = readMembers('PluginHost', given, HOST_OPTIONS);
    this.options = options;
    this.#limits = checkLimits(options.limits ?? {});
    this.#versions = pinsOf(options.versions);
    this.logger = options.logger ?? silentLogger;
    this.env = options.env ?? process.env;
    this.registry = new Registry(KIND_DEFINITIONS, this.epoch, (delta) => {
      for (const each of this.#listeners) each.registryChanged?.(delta);
      this.events.emit('registryChanged');
    });
    this.events = new HostEventEmitter((name, args) => this.#report(name, args));
    this.plugins = new PluginTable(this.events, () => this.operations.cause);
    this.dispatcher = new HostDispatcher(this.registry, this.epoch, this.plugins);
    this.operations = new OperationQueue((error) => this.operationFailed(error));
    this.home = resolveHome({ home: options.home, env: this.env });
    this.config = new ConfigService({
      home: this.home,
      env: this.env,
      listings: this.listings,
      overrides: options.config ?? {},
      manifestOf: (id) => this.plugins.find(id)?.found.manifest,
      assertWritable: (what) => this.gate.assertWritable(what),
      onChange: (listener) => {
        this.events.on('configChanged', listener);
        return () => void this.events.off('configChanged', listener);
      },
      change: changeFiles,
    });
    this.enabled = new EnabledPlugins(this.home, this.config);
  }

  /** Reports all changes to `listener` from now on; those that listen longer come first. */
  listen(listener: CoreListener): void {
    this.#listeners.push(listener);
  }

  get strict(): boolean {
    return this.options.strict ?? this.config.strict;
  }

  /** The limits of a plugin, or of `host`; those of the embedder go over all. */
  limitsFor(id: string): Limits {
    return withLimits(this.config.limitsFor(id), this.#limits);
  }

  /** The ids that the embedder pins, whether or not their plugins are there. */
  get pinned(): readonly string[] {
    return [...this.#versions.keys()];
  }

  /** The versions that a plugin is pinned at, by the embedder or else by config.toml; null: any. */
  pinFor(id: string): Pin | null {
    return this.#versions.get(id) ?? this.config.pinFor(id);
  }

  /** What plugins are compared with. */
  get facts(): HostFacts {
    return {
      hostVersion: HOST_VERSION,
      platform: CURRENT_PLATFORM,
      abiMajor: ABI_MAJOR,
      abiMinor: ABI_MINOR,
      features: [...this.config.features, ...(this.options.features ?? [])],
    };
  }

  /** Logs why an operation failed that nothing waits for. */
  operationFailed(cause: unknown): void {
    const { code, message } = AisopodError.from(cause);
    this.logger.error({ code }, message);
  }

  #report<K extends keyof HostEventMap>(name: K, args: HostEventMap[K]): void {
    // Where calls go depends on the phases of plugins.
    if (name === 'phase') {
      this.epoch.advance();
      const change = (args as HostEventMap['phase'])[0];
      // By index: an iterator makes an object for each step, and each plugin takes many steps.
      for (let i = 0; i < this.#listeners.length; i++) this.#listeners[i]?.phaseChanged?.(change);
      return;
    }
    for (const each of this.#listeners) {
      if (name === 'configChanged')
        each.configChanged?.(...(args as HostEventMap['configChanged']));
      else if (name === 'warning') each.warned?.(...(args as HostEventMap['warning']));
    }
  }
}

/**
 * The option `versions` as pins.
 * @throws AisopodError USAGE
 */
function pinsOf(versions: unknown = {}): ReadonlyMap<string, Pin> {
  if (!isObject(versions)) throw wrongVersions(versions, 'an object of ids and ranges');
  const pins = new Map<string, Pin>();
  for (const [id, range] of Object.entries(versions)) {
    if (range === undefined) continue;
    if (!isPluginId(id)) throw wrongVersions(id, 'the id of a plugin', 'the key');
    if (!isRange(range)) {
      throw wrongVersions(range, 'a range of versions such as "^1.2" or "1.2.3"', show(id));
    }
    pins.set(id, { range, by: `The option "versions" (on a command line, --use)` });
  }
  return pins;
}

function wrongVersions(found: unknown, expected: string, key?: string): AisopodError {
  const where = key === undefined ? '' : ` for ${key}`;
  const text = `The option versions${where} is ${show(found)}, but it must be ${expected}.`;
  return new AisopodError('USAGE', text, { details: { option: 'versions', found } });
}
