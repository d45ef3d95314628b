import { StringDecoder } from 'node:string_decoder';
import { inspect } from 'node:util';
import { LogLevel } from '../abi/index.js';
import { lossyJson, readJson } from '../base/json/index.js';
import type { Logger, PluginLogger } from '../base/logging/index.js';
import type { Redactor } from '../config/index.js';
import type { CallContext, InstanceEvents } from '../instance/index.js';
import { withoutAuthority } from '../services/events/index.js';

/** The functions of a Logger by the levels of plugin.h. */
const NAMES = new Map<number, keyof Logger>([
  [LogLevel.TRACE, 'trace'],
  [LogLevel.DEBUG, 'debug'],
  [LogLevel.INFO, 'info'],
  [LogLevel.WARN, 'warn'],
  [LogLevel.ERROR, 'error'],
  [LogLevel.HOST_MISBEHAVING, 'error'],
]);

/** What a line belongs to. */
export interface LogParent {
  /** Of a call, an event or a task. */
  readonly context: CallContext;
  /** Tells calls of one plugin apart; 0: it is none. */
  readonly call: number;
}

/**
 * Takes the log lines of a plugin, and what the host notices about it, to the logger of the host,
 * without the secrets of its configuration. The fields of a line stand among its data; what the host
 * says about the line overrides them, so that no plugin can say it was another one or the host.
 */
export class PluginLog implements Pick<InstanceEvents, 'log' | 'logLost' | 'notice'> {
  protected readonly plugin: string;
  protected readonly logger: Logger;
  protected readonly redactor: Redactor;

  constructor(plugin: string, logger: Logger, redactor: Redactor) {
    this.plugin = plugin;
    this.logger = logger;
    this.redactor = redactor;
  }

  log(
    level: number,
    text: string,
    json: string,
    context: CallContext | undefined,
    call: number,
  ): void {
    const fields = json === '' ? {} : readJson(json);
    // At this level the plugin says that the host broke a rule of the ABI.
    const blames = level === LogLevel.HOST_MISBEHAVING;
    this.#write(level, text, {
      ...asFields(this.redactor.data(fields)),
      ...parentFields({ context: context ?? {}, call }),
      ...ownFields(this.plugin, 'plugin'),
      ...(blames && { hostMisbehaving: true }),
    });
  }

  logLost(lost: number): void {
    const text = `${lost} log lines were dropped, since they came too fast`;
    this.#write(LogLevel.WARN, text, { ...ownFields(this.plugin, 'host'), lost });
  }

  notice(level: number, text: string): void {
    this.#write(level, text, ownFields(this.plugin, 'host'));
  }

  #write(level: number, said: string, fields: object): void {
    this.logger[NAMES.get(level) ?? 'info'](fields, this.redactor.text(said));
  }
}

/**
 * The logger of a plugin in TypeScript. What it passes can't claim to be of another plugin or call,
 * and loses the secrets of its configuration.
 * @param lineBytes of a text, and of the fields as JSON: a longer text is cut, and more fields are
 *   left out
 * @param parent what all lines belong to
 */
export function contextLogger(
  plugin: string,
  logger: Logger,
  redactor: Redactor,
  lineBytes: number,
  parent?: LogParent,
): PluginLogger {
  const own = { ...(parent && parentFields(parent)), ...ownFields(plugin, 'plugin') };
  const write = (level: keyof Logger) => (first: string | object, second?: string) => {
    const [given, message] = typeof first === 'string' ? [{}, first] : [first, second];
    const fields = given instanceof Error ? { err: stackOf(given) } : { ...given };
    const text = String(message ?? (given instanceof Error ? given.message : ''));
    const clean = redactor.active ? withoutSecrets(fields, redactor) : fields;
    const tooLarge = sizeOf(clean) > lineBytes;
    const note = tooLarge ? ` (its fields have more than ${lineBytes} bytes and are left out)` : '';
    const line = cut(redactor.text(text), lineBytes);
    logger[level]({ ...(tooLarge ? {} : clean), ...own }, `${line}${note}`);
  };
  return Object.freeze({
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  });
}

/** Whose line it is, and who wrote it. */
function ownFields(plugin: string, from: 'plugin' | 'host') {
  return { logger: `aisopod.plugins.${plugin}`, plugin, from };
}

function parentFields({ context, call }: LogParent): object {
  return { ...withoutAuthority(context), ...(call !== 0 && { call }) };
}

/** Bytes as JSON; 0 for what the logger has to write in a way of its own. */
function sizeOf(fields: object): number {
  return Buffer.byteLength(lossyJson(fields) ?? '');
}

/** Data for a log may be anything; where there are secrets, only what JSON says of it is logged. */
function withoutSecrets(fields: object, redactor: Redactor): object {
  const json = lossyJson(fields);
  return json === null ? {} : asFields(redactor.data(readJson(json)));
}

/** What nests too deeply is a text once it is without secrets. */
function asFields(clean: unknown): object {
  return typeof clean === 'object' && clean !== null ? clean : { fields: clean };
}

/** The stack of an error, with those of its causes. */
function stackOf(error: Error): string {
  if (error.cause !== undefined) return inspect(error, { customInspect: false });
  return error.stack ?? error.message;
}

/** At most so many bytes of a text, ending at a whole character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  return `${new StringDecoder('utf8').write(Buffer.from(text).subarray(0, bytes))}...`;
}
