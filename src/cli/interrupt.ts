/** What a shell says of a process that one of these signals ended. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type EndingSignal = keyof typeof EXIT_CODES;

/** How the program ends after the signal that cancelled its work. */
export type InterruptedExit = (typeof EXIT_CODES)[EndingSignal];

/** Ctrl-C, or SIGTERM, while something runs that can be cancelled. */
export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** null: no signal came. */
  readonly exitCode: InterruptedExit | null;
  /** From now on the signals end the process, as they do by default. */
  readonly release: () => void;
}

/**
 * Takes over Ctrl-C and SIGTERM: the first signal aborts, the second ends the process at once, as it does by
 * default (a plugin that hangs can't hold that up).
 *
 * @param onFirst is called with the first signal
 */
export function takeInterrupt(onFirst: (signal: EndingSignal) => void): Interrupt {
  const controller = new AbortController();
  let exitCode: InterruptedExit | null = null;
  const release = () => {
    for (const name of Object.keys(EXIT_CODES)) process.off(name, listener);
  };
  const listener = (name: EndingSignal) => {
    if (exitCode === null) {
      exitCode = EXIT_CODES[name];
      onFirst(name);
      controller.abort();
      return;
    }
    release();
    process.kill(process.pid, name);
  };
  for (const name of Object.keys(EXIT_CODES)) process.on(name, listener);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release,
  };
}

/** The line about the first signal. */
export function cancellingText(what: string, signal: EndingSignal): string {
  const again = signal === 'SIGINT' ? ' Press Ctrl-C again to end aisopod at once.' : '';
  return `Cancelling ${what}.${again}`;
}
