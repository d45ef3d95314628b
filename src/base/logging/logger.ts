/**
 * What the host logs to. The shape of pino and of `console`, so either can be handed in. The
 * library itself prints nothing: without a logger, nothing is written anywhere.
 */
export interface Logger {
  trace(data: object, message: string): void;
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

const nothing = () => {};

/** The logger of a host that was given none. */
export const silentLogger: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
