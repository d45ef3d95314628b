import type { AisopodError } from '../base/errors/index.js';
import type { KindHost } from '../registry/index.js';
import type { HostCore } from './host-core.js';

/**
 * Reports faults of plugins that kinds notice: in the log and as events. What may come again and again is not
 * kept beside the plugin.
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
