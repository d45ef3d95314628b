import { createContext, runInContext } from 'node:vm';

/** Whether a text matches a pattern that only JavaScript's own engine runs. */
export interface Question {
  readonly source: string;
  readonly flags: string;
  readonly text: string;
}

/** A pattern needed longer than the validation may take. */
export class MatchTimeout extends Error {
  /** What was being answered. */
  readonly question: Question;

  constructor(question: Question) {
    super(`the pattern ${question.source} takes too long`);
    this.question = question;
  }
}

/** Answers questions in order. @throws MatchTimeout */
export type Answerer = (questions: readonly Question[], limitMs: number) => Promise<boolean[]>;

/** Milliseconds that the patterns of one validation may take, in the Worker and on the event loop. */
export const MATCH_MS = 1_000;
export const BLOCKING_MATCH_MS = 250;

// One compiled schema asks for many texts, and a validation that can't end must not fill the memory.
const MOST_ROUNDS = 1_000;

/**
 * The patterns of one compiled schema that RE2 can't run. A validation is synchronous, so it either waits for
 * each answer, or goes on as if all matched, and runs again once the answers are there.
 */
export class GuardedPatterns {
  #answer: (question: Question) => boolean = () => true;

  /** Makes the test of a pattern. */
  tester(source: string, flags: string): (text: string) => boolean {
    return (text) => this.#answer({ source, flags, text });
  }

  /** Validates at once; matching may block for BLOCKING_MATCH_MS. @throws MatchTimeout */
  now<T>(validate: () => T): T {
    const end = performance.now() + BLOCKING_MATCH_MS;
    return this.#with((question) => matchNow(question, end - performance.now()), validate);
  }

  /** Validates with the answers of `answerer`, which has MATCH_MS for them. @throws MatchTimeout */
  async later<T>(validate: () => T, answerer: Answerer): Promise<T> {
    const answers = new Map<string, boolean>();
    let leftMs = MATCH_MS;
    for (let round = 1; ; round++) {
      const open = new Map<string, Question>();
      const answer = (question: Question) => {
        const key = `${question.flags}/${question.source}/${question.text}`;
        const known = answers.get(key);
        if (known === undefined) open.set(key, question);
        return known ?? true;
      };
      const outcome = this.#with(answer, validate);
      const [next] = open.values();
      if (next === undefined) return outcome;
      if (leftMs <= 0 || round > MOST_ROUNDS) throw new MatchTimeout(next);
      const begun = performance.now();
      const found = await answerer([...open.values()], leftMs);
      leftMs -= performance.now() - begun;
      for (const [i, key] of [...open.keys()].entries()) answers.set(key, found[i] === true);
    }
  }

  #with<T>(answer: (question: Question) => boolean, validate: () => T): T {
    this.#answer = answer;
    try {
      return validate();
    } finally {
      this.#answer = () => true;
    }
  }
}

let context: ReturnType<typeof createContext> | undefined;

/** V8 ends a script that takes too long, a match within it too. */
function matchNow(question: Question, limitMs: number): boolean {
  context ??= createContext({});
  context.question = question;
  try {
    const timeout = Math.max(1, Math.ceil(limitMs));
    const script = 'new RegExp(question.source, question.flags).test(question.text)';
    return runInContext(script, context, { timeout }) === true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT' && !isStackEnd(error)) throw error;
    throw new MatchTimeout(question);
  } finally {
    context.question = undefined;
  }
}

/** What the engine throws when it has no room left to go back to: it has tried very much by then. */
function isStackEnd(error: unknown): boolean {
  return (error as Error | null)?.name === 'RangeError';
}
