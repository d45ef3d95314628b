import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { readJson } from '../../base/json/index.js';
import type { ProcessEnd } from '../../home/crashes/index.js';
import { type ChildReport, REPORTS_FD } from './child-reports.js';
import type { StepBegun } from './start-ways.js';

/** A child process that starts plugins. */
export interface ChildOptions {
  /** Path of the script that it runs. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Standard input of the child; absent: it is empty. */
  readonly input?: string;
  /** Whether the child has the output of this process; else its output is dropped. */
  readonly inheritOutput?: boolean;
  /** Milliseconds in which it reports something while no step is open; absent: no limit. */
  readonly idleMs?: number;
  readonly env: NodeJS.ProcessEnv;
  /** Kills the child when it is aborted. */
  readonly signal?: AbortSignal;
}

/** How a child process ended. */
export interface ChildEnd {
  readonly end: ProcessEnd;
  /** The exit code that it reported before it shut down; null: it ended before. */
  readonly done: number | null;
  /** The steps that had begun and not ended, the newest last. */
  readonly open: readonly StepBegun[];
  /** Plugins whose start has ended, in order. */
  readonly cleared: readonly string[];
}

/** A child reports something within this time after the longest limit of its open steps. */
const MARGIN_MS = 5_000;
/** How long to wait for reports after the end of a child whose descriptor another program holds open. */
const LAST_REPORTS_MS = 200;
/** No report is as long; more of it is not kept. */
const LONGEST_LINE = 64 * 1024;

/**
 * Runs a child process to its end, and follows which steps it reports. A child that reports nothing for
 * longer than its steps may take is killed.
 *
 * @throws the system's error when it can't be started; the reason of `signal`
 */
export async function runWatched(options: ChildOptions): Promise<ChildEnd> {
  const { script, args = [], input, inheritOutput = false, env, signal } = options;
  signal?.throwIfAborted();
  const output = inheritOutput ? 'inherit' : 'ignore';
  const child = spawn(process.execPath, [...nodeOptions(process.execArgv), script, ...args], {
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', output, output, 'pipe'],
    windowsHide: true,
  });
  const watch = new Watch(child, options.idleMs ?? null);
  const abort = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', abort);
  const stopForwarding = inheritOutput ? forwardSignals(child) : () => {};
  try {
    child.stdin?.on('error', () => {}); // it may end before it has read all
    child.stdin?.end(input);
    const end = await watch.ended;
    signal?.throwIfAborted();
    return end;
  } finally {
    stopForwarding();
    signal?.removeEventListener('abort', abort);
  }
}

/** Options of Node.js that are followed by a program, in place of a script. */
const PROGRAM = new Set(['-e', '--eval', '-p', '--print', '-pe']);
/** Options that say how such a program is read, or that belong to one process only. */
const OWN = /^--(?:input-type|inspect|test|watch)\b/;

/** The options with which Node.js was started that hold for a child process too, as --no-addons does. */
export function nodeOptions(given: readonly string[]): string[] {
  return given.filter(
    (option, i) => !PROGRAM.has(option) && !PROGRAM.has(given[i - 1] ?? '') && !OWN.test(option),
  );
}

class Watch {
  readonly ended: Promise<ChildEnd>;
  readonly #child: ChildProcess;
  readonly #idleMs: number | null;
  readonly #open = new Map<string, StepBegun>();
  readonly #cleared: string[] = [];
  #done: number | null = null;
  #silentMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #line = '';

  constructor(child: ChildProcess, idleMs: number | null) {
    this.#child = child;
    this.#idleMs = idleMs;
    const reports = child.stdio[REPORTS_FD] as Readable;
    reports.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    reports.on('error', () => {}); // the child is gone, as its end reports
    this.#expect();
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      // A program that a plugin has started may hold the descriptor, which then never closes.
      child.on('exit', (code, signal) => {
        const settle = () => {
          reports.destroy();
          resolve(this.#end(code, signal));
        };
        if (reports.readableEnded || reports.destroyed) settle();
        else {
          reports.once('close', settle);
          setTimeout(settle, LAST_REPORTS_MS);
        }
      });
    });
  }

  #read(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    let report: ChildReport;
    try {
      report = readJson<ChildReport>(line);
    } catch {
      return; // code of a plugin has written to the descriptor
    }
    if ('step' in report) this.#open.set(report.plugin, report);
    else if ('cleared' in report) {
      this.#open.delete(report.cleared);
      this.#cleared.push(report.cleared);
    } else this.#done = report.done;
    this.#expect();
  }

  /** Begins to wait for the next report. */
  #expect(): void {
    clearTimeout(this.#timer);
    const limits = Array.from(this.#open.values(), ({ limitMs }) => limitMs + MARGIN_MS);
    const isIdle = this.#done !== null || limits.length === 0;
    const ms = isIdle ? this.#idleMs : Math.max(...limits);
    if (ms === null) return;
    this.#timer = setTimeout(() => {
      this.#silentMs = ms;
      this.#child.kill('SIGKILL');
    }, ms);
  }

  #end(code: number | null, signal: NodeJS.Signals | null): ChildEnd {
    clearTimeout(this.#timer);
    const silentMs = this.#silentMs;
    const end: ProcessEnd =
      silentMs !== null ? { silentMs } : signal !== null ? { signal } : { code: code ?? 1 };
    return { end, done: this.#done, open: [...this.#open.values()], cleared: this.#cleared };
  }
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends the child with this process; this one then ends by the signal, as it would without a child. */
function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals) => {
    child.kill(signal);
    stop();
    process.kill(process.pid, signal);
  };
  const stop = () => {
    for (const signal of ENDING) process.off(signal, forward);
  };
  for (const signal of ENDING) process.on(signal, forward);
  return stop;
}
