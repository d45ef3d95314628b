import { readJson } from '../base/json/index.js';
import type { EventBusHost } from '../services/events/index.js';
import { HOST_SOURCE } from '../services/events/index.js';
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
