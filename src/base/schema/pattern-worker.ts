import { Worker } from 'node:worker_threads';
import { AisopodError } from '../errors/index.js';
import { MatchTimeout, type Question } from './guarded-patterns.js';

// Which question it has got to stands where the host can read it while a match goes on.
const CODE = `
const { parentPort, workerData } = require('node:worker_threads');
const patterns = new Map();
const matches = ({ source, flags, text }) => {
  const key = flags + '/' + source;
  if (!patterns.has(key)) patterns.set(key, new RegExp(source, flags));
  try {
    return patterns.get(key).test(text);
  } catch {
    return null; // its stack has ended: it has tried very much by then
  }
};
parentPort.on('message', (questions) => {
  const answers = [];
  for (const [i, question] of questions.entries()) {
    Atomics.store(workerData.place, 0, i);
    answers.push(matches(question));
    if (answers.at(-1) === null) break;
  }
  parentPort.postMessage(answers);
});
parentPort.postMessage(null);
`;

// A thread takes 40 ms to start, and some 5 MB while it waits.
const LINGER_MS = 5_000;
const SLACK_MS = 50;

/** What waits for its turn. */
interface Job {
  readonly questions: readonly Question[];
  readonly limitMs: number;
  readonly wantedMs: () => number;
  readonly resolve: (answers: boolean[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread that matches what could hold the event loop. */
class PatternWorker {
  readonly #waiting: Job[] = [];
  readonly #place = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | null = null;
  #isReady = false;
  #job: Job | null = null;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Answers questions after those that were asked before. A match that takes longer is ended with its thread.
   * @param limitMs from its turn on
   * @param wantedMs asked at its turn: for how long the answers still matter
   * @throws MatchTimeout; AisopodError NO_RESOURCES when no thread can be started
   */
  answer(
    questions: readonly Question[],
    limitMs: number,
    wantedMs: () => number,
  ): Promise<boolean[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ questions, limitMs, wantedMs, resolve, reject });
      if (this.#job === null) this.#next();
    });
  }

  #next(): void {
    clearTimeout(this.#timer);
    let job = this.#waiting.shift();
    for (; job !== undefined && job.wantedMs() <= 0; job = this.#waiting.shift()) job.resolve([]);
    this.#job = job ?? null;
    if (job === undefined) this.#rest();
    else if (this.#worker === null) this.#start();
    else if (this.#isReady) this.#ask(this.#worker, job);
  }

  /** The time counts from here, since that a thread starts is not the fault of a pattern. */
  #ask(worker: Worker, { questions, limitMs, wantedMs }: Job): void {
    worker.ref();
    Atomics.store(this.#place, 0, 0);
    worker.postMessage(questions);
    // Not before the caller has given up by itself, which has an error of its own.
    const untilMs = Math.min(limitMs, wantedMs() + SLACK_MS);
    this.#timer = setTimeout(() => this.#late(), untilMs);
  }

  #start(): void {
    this.#isReady = false;
    const worker = new Worker(CODE, {
      eval: true,
      workerData: { place: this.#place },
      execArgv: [],
      env: {},
    });
    this.#worker = worker;
    worker.on('message', (answers: (boolean | null)[] | null) => {
      const job = this.#job;
      if (worker !== this.#worker || job === null) return;
      if (answers === null) {
        this.#isReady = true;
        this.#ask(worker, job);
      } else if (answers.at(-1) === null) this.#late();
      else this.#settle(() => job.resolve(answers as boolean[]));
    });
    worker.on('error', (cause) => {
      if (worker !== this.#worker) return;
      this.#end();
      this.#settle((job) => job.reject(noThread(cause)));
    });
  }

  #late(): void {
    this.#end();
    this.#settle(({ questions, reject }) => {
      reject(new MatchTimeout(questions[Atomics.load(this.#place, 0)] as Question));
    });
  }

  #settle(end: (job: Job) => void): void {
    if (this.#job !== null) end(this.#job);
    this.#next();
  }

  #end(): void {
    void this.#worker?.terminate();
    this.#worker = null;
  }

  /** It waits for more, and the process may end meanwhile. */
  #rest(): void {
    this.#worker?.unref();
    this.#timer = setTimeout(() => this.#end(), LINGER_MS);
    this.#timer.unref();
  }
}

function noThread(cause: unknown): AisopodError {
  return new AisopodError(
    'NO_RESOURCES',
    'No thread can be started to match a pattern on. End other programs, or raise the limit on threads ' +
      '(ulimit -u).',
    { cause },
  );
}

/** One for the process. */
export const patternWorker = new PatternWorker();
