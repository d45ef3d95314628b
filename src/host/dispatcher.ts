import { capabilityOf, type Kind } from '../abi/index.js';
import { AisopodError } from '../base/errors/index.js';
import { notFoundText, shortName } from '../base/text/index.js';
import type { Generation } from '../instance/index.js';
import type { Dispatcher, Epoch, Registry, RegistrySnapshot } from '../registry/index.js';
import { absenceText } from './plugins/plugin-info.js';
import type { PluginTable } from './plugins/plugin-table.js';

/** How the kinds of a host reach what plugins registered. */
export class HostDispatcher implements Dispatcher {
  readonly epoch: Epoch;
  readonly #registry: Registry;
  readonly #plugins: PluginTable;
  #isClosed = false;

  constructor(registry: Registry, epoch: Epoch, plugins: PluginTable) {
    this.#registry = registry;
    this.epoch = epoch;
    this.#plugins = plugins;
  }

  get snapshot(): RegistrySnapshot {
    return this.#registry.snapshot;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws AisopodError HOST_CLOSED */
  assertOpen(): void {
    if (this.#isClosed) throw hostClosed();
  }

  running(id: string): Generation {
    this.assertOpen();
    const plugin = typeof id === 'string' ? this.#plugins.find(id) : undefined;
    if (plugin === undefined) throw notFound(id);
    const { newest } = plugin;
    if (newest === null) throw plugin.refusal();
    newest.assertOpen();
    return newest;
  }

  whyAbsent(kind: Kind, name: string): string | null {
    const key = capabilityOf(kind);
    if (key === undefined) return null;
    const owner = this.#plugins.all.find(({ found: { id, manifest } }) =>
      manifest?.capabilities[key].some((listed) => listed === name || `${id}:${listed}` === name),
    );
    if (owner === undefined) return null;
    return absenceText(owner.name, owner.phase, owner.lifecycle.reason);
  }

  /** The host ends: no plugin takes a new call any more. */
  close(): void {
    this.#isClosed = true;
    for (const { newest, next } of this.#plugins.all) {
      newest?.retire(hostClosed);
      next?.retire(hostClosed);
    }
    this.epoch.advance();
  }
}

function hostClosed(): AisopodError {
  return new AisopodError('HOST_CLOSED', 'This host is closed.');
}

function notFound(id: unknown): AisopodError {
  const plugin = shortName(id);
  const message = notFoundText('plugin', plugin, { list: 'aisopod plugins list' });
  return new AisopodError('PLUGIN_NOT_FOUND', message, { details: { plugin } });
}
