import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { builtPlugin } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { ALL_ROUNDS } from '../support/rounds.js';
import { runInProcess } from './run-in-process.js';

/** The program as it is shipped; `npm run build` makes it. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliOptions {
  /** HOME of the program; else a new, empty folder. */
  readonly home?: string;
  /** Over an environment that holds PATH and HOME only. */
  readonly env?: NodeJS.ProcessEnv;
  /** Standard input; else it is empty. */
  readonly input?: string | Uint8Array;
  /** Leave standard input open. */
  readonly keepInput?: boolean;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** Settles once so much has been written that `seen` finds it; rejects when it ends before. */
  until(stream: 'stdout' | 'stderr', seen: RegExp): Promise<string>;
  readonly done: Promise<CliResult>;
}

/** Starts the program; it is killed when the test is over. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  return start(process.execPath, [MAIN, ...args], options);
}

/** Runs the program to its end. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).done;
}

/**
 * Runs a command line to its end in the process of the test, which saves the start of Node.js. When
 * all rounds run it is the program that is shipped, as in cli().
 */
export function cliInProcess(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  if (ALL_ROUNDS) return cli(args, options);
  return runInProcess(args, { ...options, home: options.home ?? temporaryFolder() });
}

/** Runs a line of the shell, in which `$AISOPOD` is the program. */
export function shell(line: string, options: CliOptions = {}): Promise<CliResult> {
  return startShell(line, options).done;
}

export function startShell(line: string, options: CliOptions = {}): RunningCli {
  const aisopod = `"${process.execPath}" "${MAIN}"`;
  return start('sh', ['-c', line.replaceAll('$AISOPOD', aisopod)], options);
}

/** A new HOME with these samples in `.aisopod/plugins`. */
export function homeWith(...samples: readonly string[]): string {
  const home = temporaryFolder();
  mkdirSync(pluginsOf(home), { recursive: true, mode: 0o755 });
  for (const id of samples) cpSync(builtPlugin(id), join(pluginsOf(home), id), { recursive: true });
  for (const id of samples) chmodSync(join(pluginsOf(home), id), 0o755);
  return home;
}

/** The folder that plugins are dropped into. */
export function pluginsOf(home: string): string {
  return join(home, '.aisopod', 'plugins');
}

function start(file: string, args: readonly string[], options: CliOptions): RunningCli {
  const { home = temporaryFolder(), env = {}, input = '' } = options;
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: 'pipe',
  });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (part: string) => {
      text[stream] += part;
    });
  }
  child.stdin.on('error', () => {}); // It may end without having read all.
  if (options.keepInput !== true) child.stdin.end(input);
  const done = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...text }));
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  return {
    child,
    done,
    until: (stream, seen) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (seen.test(text[stream])) resolve(text[stream]);
        };
        child[stream].on('data', look);
        look();
        void done.then(() =>
          reject(new Error(`ended without ${seen}: ${text.stdout}${text.stderr}`)),
        );
      }),
  };
}
