import type { StartStep } from '../../home/crashes/index.js';

/** A step of a start that begins now. */
export interface StepBegun {
  readonly plugin: string;
  readonly step: StartStep;
  /** Of the library and all that was copied with it. */
  readonly sha256: string;
  /** Milliseconds that the step may take. */
  readonly limitMs: number;
}

/** Marks plugins that are being started; the marks survive the end of this process. */
export interface StartMarks {
  /** Marks plugins before any of their code runs. @throws the system's error; none is marked then */
  mark(ids: readonly string[]): void;
  /** Marks each step by itself. Absent: a mark stands for all steps. */
  step?(begun: StepBegun): void;
  /** The start of a plugin has ended, well or not. */
  clear(id: string): void;
  close(): void;
}

/** How a host starts native plugins, where it is not the way that an embedder knows. */
export interface StartWays {
  /** Used in place of the journal of the home. */
  readonly marks?: StartMarks | undefined;
  /** Ids of plugins that are tried first, besides those that journals mark. */
  readonly suspects?: readonly string[] | undefined;
  /** Try the plugins again that earlier trials left out. */
  readonly retry?: boolean | undefined;
  /**
   * Try nothing in a child process and leave nothing out: this process is itself a trial, or a debugger is
   * to see the crash.
   */
  readonly asTheyAre?: boolean | undefined;
}
