import { AisopodError } from '../errors/index.js';
import type { EventBus } from '../events/index.js';
import type { InstanceEvents } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';
import { pluginLog } from './plugin-logger.js';
import type { PluginRecord } from './plugin-record.js';

/** What the host does with what an instance reports by itself. */
export function eventsOf(record: PluginRecord, bus: EventBus, logger: Logger): InstanceEvents {
  const plugin = record.name;
  let overdue = 0; // handlers that exceed their deadline
  return {
    ...pluginLog(plugin, logger, record.redactor),
    warning: (warning) => {
      record.warn(warning);
      logger.warn({ plugin, code: warning.code }, record.redactor.text(warning.message));
    },
    stuck(handler) {
      const { lifecycle } = record;
      overdue += handler === null ? -1 : 1;
      if (handler === null) {
        if (overdue === 0 && lifecycle.phase === 'stuck') lifecycle.to('active');
      } else if (lifecycle.phase === 'active') {
        lifecycle.to(
          'stuck',
          new AisopodError(
            'PLUGIN_STUCK',
            `The handler of ${plugin}:${handler} exceeds its deadline. Calls that must wait for ` +
              'it are refused until it returns.',
            { details: { plugin, handler } },
          ),
        );
      }
    },
    publication: (topic, json, context) => bus.publishChecked(plugin, topic, json, context),
  };
}
