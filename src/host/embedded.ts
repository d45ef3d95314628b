import type { HostConfig } from '../config/index.js';
import { type DiscoveredPlugin, versionPinned } from '../discovery/index.js';
import { AisopodError } from '../errors/index.js';
import type { Subscriber } from '../events/index.js';
import { type BuiltinCode, builtinLoader, type LoadRequest } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';
import { checkCompatibility, type HostFacts, type PluginManifest } from '../manifest/index.js';
import {
  type Moments,
  manifestOf,
  momentsOf,
  type Plugin,
  type RegisteredAll,
  runRegister,
} from '../plugin-api/index.js';
import { formatProblem, freezeJson, type JsonObject, showPath } from '../toml/index.js';
import type { HostEvents } from './events.js';
import { type ContextHost, makePluginContext } from './plugin-context.js';
import { PluginRecord } from './plugin-record.js';

/** What taking in a plugin of the program itself needs from the host. */
export interface Embedding {
  /** Whose services its context has. */
  readonly host: ContextHost;
  readonly events: HostEvents;
  readonly logger: Logger;
  readonly facts: HostFacts;
}

/**
 * The record of a plugin that is code of this program; nothing of it runs yet.
 * @throws AisopodError USAGE, MANIFEST_INVALID
 */
export function embed(plugin: Plugin, by: Embedding): PluginRecord {
  const { moments, manifest, listsCapabilities, warnings } = read(plugin);
  const path = manifest.file;
  const found: DiscoveredPlugin = {
    path,
    id: manifest.plugin.id,
    manifest,
    manifestFile: null,
    entry: null,
    origin: { path, real: path, origin: 'embedder', single: true, error: null },
    error: checkCompatibility(manifest, by.facts) ?? checkPin(manifest, by.host.config),
    warnings: warnings.map(
      (problem) => new AisopodError(problem.code, formatProblem(problem), { details: problem }),
    ),
  };
  const serves = () => record.phase === 'active' || record.phase === 'stuck';
  const loader = builtinLoader((request) => codeFor(moments, request, by, serves));
  const record = new PluginRecord(found, by.events, { loader, listsCapabilities });
  return record;
}

/** A finding that has the id of one of `own` stands behind it, as behind any that comes first. */
export function shadowedBy(
  own: readonly PluginRecord[],
  found: DiscoveredPlugin,
): DiscoveredPlugin {
  const { id, path } = found;
  if (id === null || !own.some(({ name }) => name === id)) return found;
  const text =
    `${showPath(path)} (${id} ${found.manifest?.plugin.version ?? ''}) is shadowed by the ` +
    `${id} that this program registers itself. Remove one of them.`;
  const details = { id, path, by: `embedder:${id}` };
  return { ...found, error: new AisopodError('SHADOWED', text, { details }) };
}

/** Members of a stranger's object may be getters, and those may throw. */
function read(plugin: Plugin) {
  try {
    return { moments: momentsOf(plugin), ...manifestOf(plugin) };
  } catch (cause) {
    if (AisopodError.is(cause)) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    const details = { option: 'plugin' };
    throw new AisopodError('USAGE', `The plugin cannot be read: ${text}`, { details, cause });
  }
}

function checkPin({ plugin }: PluginManifest, config: HostConfig): AisopodError | null {
  const pin = config.settingsFor(plugin.id).version;
  if (pin === null || pin === plugin.version) return null;
  return versionPinned(plugin.id, pin, [plugin.version]);
}

function codeFor(
  moments: Moments,
  request: LoadRequest,
  { host, logger }: Embedding,
  serves: () => boolean,
): BuiltinCode {
  const { manifest, kinds, limits, dataDir } = request;
  const { id } = manifest.plugin;
  let config = freezeJson(JSON.parse(request.config)) as JsonObject;
  const owner = { id, config: () => config, dataDir, limits, logger, serves };
  const { context, release } = makePluginContext(owner, host);
  let registered: RegisteredAll | undefined;
  return {
    register() {
      const of = { kinds, registrations: limits.registrations };
      registered = runRegister(id, moments.register, of);
      return registered;
    },
    async init() {
      let ready = false;
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      for (const { pattern, fn, options } of registered?.subscriptions ?? []) {
        // The first event waits until the plugin is ready, and the others wait behind it.
        const hear: Subscriber = (event) => (ready ? fn(event) : begun.then(() => fn(event)));
        context.events.subscribe(pattern, hear, { name: fn.name, ...options });
      }
      await moments.init(context);
      ready = true;
      begin();
    },
    shutdown: () => moments.shutdown(),
    async configure(proposed) {
      const frozen = freezeJson(proposed) as JsonObject;
      await moments.onConfigChanged(frozen);
      config = frozen;
    },
    release,
  };
}
