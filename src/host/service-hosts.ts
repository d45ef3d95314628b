import type { AisopodError } from '../base/errors/index.js';
import { readJson } from '../base/json/index.js';
import type { KindHost } from '../registry/index.js';
import { type EventBusHost, HOST_SOURCE } from '../services/events/index.js';
import type { HostCore } from './host-core.js';

/** What the event bus sees of the host. */
export function eventBusHost(core: HostCore): EventBusHost {
  const { epoch, events, logger } = core;
  return {
    epoch,
    limits: core.limitsFor(HOST_SOURCE),
    warn(owner, cause) {
      const plugin = owner?.plugin ?? HOST_SOURCE;
      const warning = owner?.redactor.error(cause) ?? cause;
      logger.warn({ plugin, code: warning.code }, warning.message);
      events.emit('warning', plugin, warning);
    },
    published({ plugin, redactor }, topic, json, context) {
      if (events.listenerCount('event') === 0) return;
      const data = redactor.data(readJson(json));
      events.emit('event', { plugin, topic: redactor.text(topic), data, context });
    },
  };
}

/**
 * Reports faults of plugins that kinds notice: in the log and as events. What may come again and again is not
 * kept with the plugin.
 */
export function hookReports({
  plugins,
  events,
  logger,
}: Pick<HostCore, 'plugins' | 'events' | 'logger'>): Pick<
  KindHost,
  'warn' | 'error' | 'keepWarning'
> {
  const log = (level: 'warn' | 'error', plugin: string, error: AisopodError) =>
    logger[level]({ plugin, code: error.code, details: error.details }, error.message);
  return {
    warn(plugin, warning) {
      log('warn', plugin, warning);
      events.emit('warning', plugin, warning);
    },
    error(plugin, error) {
      log('error', plugin, error);
      events.emit('warning', plugin, error);
    },
    keepWarning(plugin, warning) {
      log('warn', plugin, warning);
      plugins.find(plugin)?.warn(warning);
    },
  };
}
