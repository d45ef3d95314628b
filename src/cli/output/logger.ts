import type { ErrorCode } from '../../base/errors/index.js';
import { lossyJson } from '../../base/json/index.js';
import type { Logger } from '../../base/logging/index.js';
import type { Messages } from './messages.js';
import { markedLines, oneLine, printable } from './printable.js';

/** What the host says about a line of a plugin; the rest of its data are the plugin's own fields. */
const OF_HOST = new Set([
  'logger',
  'plugin',
  'from',
  'call',
  'traceId',
  'session',
  'user',
  'tenant',
  'hostMisbehaving',
]);

/**
 * A logger that writes to standard error: warnings and errors, with `verbose` everything. A line of a
 * plugin ends with its fields as JSON. That a plugin did not start is left to the commands, which
 * show it with its reason.
 *
 * @param shownElsewhere codes of what the command shows itself
 */
export function messageLogger(
  messages: Messages,
  verbose: boolean,
  shownElsewhere: readonly ErrorCode[] = [],
): Logger {
  const log = (level: keyof Logger, shown: boolean) => (data: object, text: string) => {
    const { plugin, phase, code } = data as { plugin?: string; phase?: string; code?: ErrorCode };
    if (code !== undefined && shownElsewhere.includes(code)) return;
    const own = isOfPlugin(data);
    if (!verbose && (!shown || (phase !== undefined && !own))) return;
    const mark = level === 'error' ? 'red' : level === 'warn' ? 'yellow' : 'dim';
    const who = plugin === undefined ? '' : `${oneLine(plugin)}: `;
    const line = own ? `${text}${fieldsOf(data)}` : text;
    const shownText = own ? markedLines(line, `${who}| `) : printable(line);
    void messages.line(`${who}${messages.style(mark, `${level}:`)} ${shownText}`);
  };
  return {
    trace: log('trace', false),
    debug: log('debug', false),
    info: log('info', false),
    warn: log('warn', true),
    error: log('error', true),
  };
}

/** Returns a logger that writes each line to both. */
export function bothLoggers(first: Logger, second: Logger): Logger {
  const log = (level: keyof Logger) => (data: object, text: string) => {
    first[level](data, text);
    second[level](data, text);
  };
  return {
    trace: log('trace'),
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
  };
}

/** Whether a plugin wrote the line: what the host says about a plugin has another logger or origin. */
function isOfPlugin(data: object): boolean {
  const { logger, from } = data as { logger?: string; from?: string };
  return logger?.startsWith('aisopod.plugins.') === true && from !== 'host';
}

function fieldsOf(data: object): string {
  const own = Object.entries(data).filter(([key]) => !OF_HOST.has(key));
  if (own.length === 0) return '';
  // A plugin in TypeScript may log what is no JSON.
  const json = lossyJson(Object.fromEntries(own));
  return json === null ? '' : ` ${json}`;
}
