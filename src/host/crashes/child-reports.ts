import { writeSync } from 'node:fs';
import { jsonText } from '../../base/json/index.js';
import type { StartMarks, StepBegun } from './start-ways.js';

/** The descriptor over which a child process reports; WatchedChild is the other end. */
export const REPORTS_FD = 3;

/** What a child process reports, one JSON text a line. */
export type ChildReport =
  | StepBegun
  /** The start of that plugin has ended, well or not. */
  | { readonly cleared: string }
  /** The work of the process is done, with that exit code; it only shuts down now. */
  | { readonly done: number };

/**
 * The marks of a child process: its parent receives each before the step begins, whatever ends this process
 * then, and nothing is written to the home.
 */
export class ChildReports implements StartMarks {
  mark(): void {
    // Each step is reported by itself.
  }

  step(begun: StepBegun): void {
    this.#report(begun);
  }

  clear(id: string): void {
    this.#report({ cleared: id });
  }

  done(exit: number): void {
    this.#report({ done: exit });
  }

  close(): void {
    // The descriptor belongs to the process.
  }

  #report(report: ChildReport): void {
    try {
      writeSync(REPORTS_FD, `${jsonText(report)}\n`);
    } catch {
      process.exit(1); // the parent has ended, so this process has no use any more
    }
  }
}
