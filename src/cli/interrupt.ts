/** Ctrl-C while something runs that can be cancelled. */
export interface Interrupt {
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** From now on Ctrl-C ends the process, as it does by default. */
  readonly release: () => void;
}

/**
 * Takes over Ctrl-C: the first aborts, the second ends the process at once, as if nobody had taken
 * it over (a plugin that hangs can't hold that up).
 *
 * @param told is called on the first
 */
export function takeInterrupt(told: () => void): Interrupt {
  const controller = new AbortController();
  const listener = () => {
    if (!controller.signal.aborted) {
      told();
      controller.abort();
      return;
    }
    process.off('SIGINT', listener);
    process.kill(process.pid, 'SIGINT');
  };
  process.on('SIGINT', listener);
  return { signal: controller.signal, release: () => void process.off('SIGINT', listener) };
}
