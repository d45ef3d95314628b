import type { Messaging } from '../kinds/messages/index.js';
import type { EventBus } from '../services/events/index.js';
import type { HostEventMap } from './events.js';
import type { LifecycleChange } from './lifecycle/index.js';

/** What follows when a host tells something: its own topics on the bus, and who hears there. */
export class HostTopics {
  readonly #host: { readonly bus: EventBus; readonly messaging: Messaging };

  constructor(host: { readonly bus: EventBus; readonly messaging: Messaging }) {
    this.#host = host;
  }

  /** Before the listeners of `host.events` are told. */
  tell<K extends keyof HostEventMap>(name: K, args: HostEventMap[K]): void {
    if (name === 'phase') this.#phase((args as HostEventMap['phase'])[0]);
    if (name === 'configChanged') {
      const [{ plugin, keys }] = args as HostEventMap['configChanged'];
      this.#host.bus.announce('host.config.changed', () => ({ plugin, keys }));
    }
    if (name !== 'warning') return;
    const [plugin, { code, message }] = args as HostEventMap['warning'];
    this.#host.bus.announce('host.plugin.warning', () => ({ plugin, code, message }));
  }

  #phase({ id, from, to, reason, at }: LifecycleChange): void {
    const { bus, messaging } = this.#host;
    bus.setDeaf(id, to === 'disabled');
    if (ENDED.has(to)) {
      bus.remove(id);
      messaging.remove(id);
    }
    if (bus.silent) return;
    bus.announce(`host.plugin.${to}`, () => ({
      plugin: id,
      from,
      code: reason?.code ?? null,
      at,
    }));
  }
}

/** Phases in which nothing of a plugin is there to be called. */
const ENDED: ReadonlySet<string> = new Set([
  'failed_register',
  'failed_restore',
  'failed_init',
  'crashed',
  'quarantined',
  'unloaded',
  'abandoned',
]);
