import { LOG_LEVELS } from '../abi/messages.js';
import type { Redactor } from '../config/index.js';
import type { InstanceEvents } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';

/**
 * Brings log lines of a plugin, and the host's remarks about it, to the logger of the host, without
 * the secrets of its configuration.
 */
export function pluginLog(
  plugin: string,
  logger: Logger,
  redactor: Redactor,
): Pick<InstanceEvents, 'log' | 'logLost' | 'notice'> {
  const data = { logger: `aisopod.plugins.${plugin}`, plugin };
  const write = (level: number, said: string, more: object = {}) => {
    const text = redactor.text(said);
    const name = LOG_LEVELS[level] ?? 'info';
    const fields = { ...data, ...more };
    // Above an error: the plugin says that the host broke a rule of the ABI.
    if (name === 'host-misbehaving') logger.error({ ...fields, hostMisbehaving: true }, text);
    else logger[name](fields, text);
  };
  return {
    log: (level, text) => write(level, text),
    logLost: (lost) =>
      write(3, `${lost} log lines were dropped, since they came too fast`, { lost }),
    notice: (level, text) => write(level, text, { from: 'host' }),
  };
}
