import type { Logger } from '../../logging/index.js';
import type { Messages } from './messages.js';
import { oneLine, printable } from './printable.js';

/**
 * A logger that writes to standard error: warnings and errors, with `verbose` everything. That a
 * plugin did not start is left to the commands, which show it with its reason.
 */
export function messageLogger(messages: Messages, verbose: boolean): Logger {
  const log = (level: keyof Logger, shown: boolean) => (data: object, text: string) => {
    const { plugin, phase } = data as { plugin?: string; phase?: string };
    if (!verbose && (!shown || phase !== undefined)) return;
    const mark = level === 'error' ? 'red' : level === 'warn' ? 'yellow' : 'dim';
    const from = plugin === undefined ? '' : `${oneLine(plugin)}: `;
    void messages.line(`${from}${messages.style(mark, `${level}:`)} ${printable(text)}`);
  };
  return {
    trace: log('trace', false),
    debug: log('debug', false),
    info: log('info', false),
    warn: log('warn', true),
    error: log('error', true),
  };
}
