import type { Logger } from './logger.js';

/**
 * The logger of a plugin in TypeScript: `info('text')` or `info(fields, 'text')`. An Error in place of
 * fields is logged with its stack.
 */
export type PluginLogger = {
  readonly [Level in keyof Logger]: {
    (message: string): void;
    (fields: object, message?: string): void;
  };
};
