import { AisopodError } from '../../base/errors/index.js';
import type { Logger } from '../../base/logging/index.js';
import type { CallContext, Generation, InstanceEvents } from '../../instance/index.js';
import type { EventBusService } from '../../services/events/index.js';
import { PluginLog } from '../plugin-logger.js';
import type { Plugin } from '../plugins/plugin.js';

/** What the host does with what an instance reports by itself. */
export class PluginEvents extends PluginLog implements InstanceEvents {
  readonly #plugin: Plugin;
  readonly #generation: Generation;
  readonly #bus: EventBusService;
  /** Handlers that exceed their deadline. */
  #overdue = 0;

  constructor(plugin: Plugin, generation: Generation, bus: EventBusService, logger: Logger) {
    super(plugin.name, logger, generation.redactor);
    this.#plugin = plugin;
    this.#generation = generation;
    this.#bus = bus;
  }

  warning(warning: AisopodError): void {
    const { plugin, redactor } = this;
    this.#plugin.warn(warning, this.#generation);
    this.logger.warn({ plugin, code: warning.code }, redactor.text(warning.message));
  }

  stuck(handler: string | null): void {
    const { lifecycle, newest } = this.#plugin;
    this.#overdue += handler === null ? -1 : 1;
    if (newest !== this.#generation) return;
    if (handler === null) {
      if (this.#overdue === 0 && lifecycle.phase === 'stuck')
        lifecycle.to('active', null, 'deadline');
    } else if (lifecycle.phase === 'active') {
      lifecycle.to(
        'stuck',
        new AisopodError(
          'PLUGIN_STUCK',
          `The handler of ${this.plugin}:${handler} exceeds its deadline. Calls that must wait for ` +
            'it are refused until it returns.',
          { details: { plugin: this.plugin, handler } },
        ),
        'deadline',
      );
    }
  }

  publication(topic: string, json: string, context: CallContext | undefined): void {
    this.#bus.publishChecked(this.#generation, topic, json, context);
  }
}
