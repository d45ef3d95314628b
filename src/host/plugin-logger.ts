import { StringDecoder } from 'node:string_decoder';
import { LOG_LEVELS } from '../abi/messages.js';
import type { Redactor } from '../config/index.js';
import type { InstanceEvents } from '../loaders/index.js';
import type { Logger } from '../logging/index.js';
import type { PluginLogger } from '../plugin-api/index.js';

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

/**
 * The logger of a plugin in TypeScript. What it hands in can't say that it was another plugin, and
 * loses the secrets of its configuration.
 * @param lineBytes a longer message is cut
 */
export function contextLogger(
  plugin: string,
  logger: Logger,
  redactor: Redactor,
  lineBytes: number,
): PluginLogger {
  const own = { logger: `aisopod.plugins.${plugin}`, plugin };
  const write = (level: keyof Logger) => (first: string | object, second?: string) => {
    const [data, message] = typeof first === 'string' ? [{}, first] : [first, second];
    const fields = data instanceof Error ? { err: data.stack ?? data.message } : { ...data };
    const text = message ?? (data instanceof Error ? data.message : '');
    const clean = redactor.active ? withoutSecrets(fields, redactor) : fields;
    logger[level]({ ...clean, ...own }, cut(redactor.text(String(text)), lineBytes));
  };
  return Object.freeze({
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  });
}

/** Data for a log may be anything; where there are secrets, only what JSON says of it is logged. */
function withoutSecrets(fields: object, redactor: Redactor): object {
  try {
    return redactor.data(JSON.parse(JSON.stringify(fields)));
  } catch {
    return {};
  }
}

/** At most so many bytes of a text, ending at a whole character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  return `${new StringDecoder('utf8').write(Buffer.from(text).subarray(0, bytes))}…`;
}
