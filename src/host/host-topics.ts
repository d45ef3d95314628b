import type { AisopodError } from '../base/errors/index.js';
import type { ConfigChange } from '../config/index.js';
import type { EventBusService } from '../services/events/index.js';
import type { CoreListener } from './host-core.js';
import type { LifecycleChange } from './plugins/lifecycle.js';

/** Publishes the changes of a host on the bus too, under the topics of the host. */
export class HostTopics implements CoreListener {
  readonly #bus: EventBusService;

  constructor(bus: EventBusService) {
    this.#bus = bus;
  }

  phaseChanged(change: LifecycleChange): void {
    if (!this.#bus.silent) this.#announce(change);
  }

  #announce({ id, from, to, reason, cause, at }: LifecycleChange): void {
    const code = reason?.code ?? null;
    this.#bus.announce(`host.plugin.${to}`, () => ({ plugin: id, from, code, cause, at }));
  }

  configChanged({ plugin, keys }: ConfigChange): void {
    this.#bus.announce('host.config.changed', () => ({ plugin, keys }));
  }

  warned(plugin: string, { code, message }: AisopodError): void {
    this.#bus.announce('host.plugin.warning', () => ({ plugin, code, message }));
  }
}
