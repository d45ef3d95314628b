import type { Readable } from 'node:stream';
import type { StartWays } from '../host/crashes/start-ways.js';
import type { InterruptedExit } from './interrupt.js';
import type { Options } from './options.js';
import type { Messages } from './output/messages.js';
import type { Output } from './output/output.js';
import type { Style } from './output/style.js';

/** What a command works with. It touches nothing of the process beside it. */
export interface Context {
  readonly options: Options;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Output;
  /** Style of what goes to stdout. */
  readonly style: Style;
  /** Standard error. */
  readonly messages: Messages;
  /** Standard input, opened when it is asked for. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** The same, kept from what plugins and the programs that they start read. */
  readonly ownStdin: () => Promise<Readable>;
  /**
   * Makes the process end when the command is over, whatever still runs: a library that never
   * finishes opening would keep it alive for ever.
   */
  readonly endProcess: () => void;
  /**
   * Runs the command line in a child process, and returns its exit code. Absent: this process is that
   * child, or is to start the plugins itself.
   */
  readonly runApart?: (() => Promise<number | null>) | undefined;
  /** How plugins are started; absent: as any host does. */
  readonly ways?: StartWays | undefined;
  /** Receives the exit code, before what was deferred is done. */
  readonly ended?: ((exit: number) => void) | undefined;
  /** Has something done when the command is over and its failure, if any, is told; in order. */
  readonly defer: (step: () => void | Promise<void>) => void;
}

/** How a command ends: 0 good, 1 it failed, or as a signal says. What was used wrongly is thrown as USAGE. */
export type ExitCode = 0 | 1 | InterruptedExit;

/** One command, in a module of its own that is loaded when the command is used. */
export interface Command {
  /** What it does and prints, for its help. */
  readonly about: string;
  /** Command lines with a word about each. */
  readonly examples: readonly (readonly [line: string, about: string])[];
  /** @param args as many words as the table of commands allows */
  run(context: Context, args: readonly string[]): Promise<ExitCode>;
}
