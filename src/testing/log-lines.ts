import type { Logger } from '../base/logging/index.js';

/** A line that a plugin or the host has logged. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly data: object;
}

/** A logger that keeps what it is given in `lines`. */
export function keepLogLines(lines: LogLine[]): Logger {
  const write = (level: keyof Logger) => (data: object, message: string) => {
    lines.push({ level, message, data });
  };
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}
