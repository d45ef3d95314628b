import type { Logger } from '../base/logging/index.js';
import type { Limits, Redactor } from '../config/index.js';
import type { EventBusHost } from '../services/events/index.js';
import type { HostEvents } from './events.js';

/**
 * What the event bus sees of the host.
 * @param redactorOf keeps the secrets of a plugin from the listeners of the host
 */
export function eventBusHost(
  limitsFor: (owner: string) => Limits,
  events: () => HostEvents,
  logger: Logger,
  redactorOf: (plugin: string) => Redactor | undefined,
): EventBusHost {
  const known = new Map<string, Limits>();
  return {
    limitsOf(owner) {
      const limits = known.get(owner) ?? limitsFor(owner);
      known.set(owner, limits);
      return limits;
    },
    warn(owner, cause) {
      const warning = redactorOf(owner)?.error(cause) ?? cause;
      logger.warn({ plugin: owner, code: warning.code }, warning.message);
      events().emit('warning', owner, warning);
    },
    published(plugin, topic, json, context) {
      const to = events();
      if (to.listenerCount('event') === 0) return;
      const redactor = redactorOf(plugin);
      const data: unknown = JSON.parse(json);
      to.emit('event', {
        plugin,
        topic: redactor?.text(topic) ?? topic,
        data: redactor === undefined ? data : redactor.data(data),
        context,
      });
    },
  };
}
