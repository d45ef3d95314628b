import { AisopodError, thrownText } from '../../base/errors/index.js';
import { type CallBounds, type CallContext, issue } from '../../instance/index.js';
import { type Link, LinkFailure, type Next, nameOf } from './link.js';

/** What a chain asks of what goes through it; each answers what is wrong, or null. */
export interface ChainRules {
  /** Of the value that a middleware gives to next(). */
  readonly value?: (value: unknown) => string | null;
  /** Of a result that a middleware gives. */
  readonly result?: (result: unknown) => string | null;
}

/** Calls the middleware of an invocation, wherever its code is, within the bounds of the call. */
export type Invoke = (link: Link, value: unknown, invocation: Invocation) => unknown;

/** One middleware at work for one call. */
export class Invocation {
  readonly context: CallContext;
  readonly #link: Link;
  readonly #value: unknown;
  readonly #bounds: CallBounds;
  readonly #rules: ChainRules;
  readonly #onwards: (value: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly #controller = new AbortController();
  #going: Promise<unknown> | null = null;
  /** Why the rest of the chain failed, so that it is known again when it comes back. */
  #failure: { error: unknown } | null = null;
  #waitsForRest = false;
  #misuse: AisopodError | null = null;
  #over = false;

  constructor(
    link: Link,
    value: unknown,
    call: { context: CallContext | undefined; bounds: CallBounds; rules: ChainRules },
    onwards: (value: unknown, signal: AbortSignal) => Promise<unknown>,
  ) {
    this.#link = link;
    this.#value = value;
    this.#bounds = call.bounds;
    this.#rules = call.rules;
    this.#onwards = onwards;
    // An object of its own: by it the call is known again when a plugin asks on its behalf.
    this.context = issue({ ...call.context });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get bounds(): CallBounds {
    return this.#bounds;
  }

  /**
   * The result of the call as far as this middleware is concerned.
   * @param outer of whoever waits for it
   * @throws AisopodError MIDDLEWARE_FAILED, NEXT_MISUSED, CALL_CANCELLED, CALL_DEADLINE; what the
   *   rest of the chain threw and the middleware let through
   */
  async run(invoke: Invoke, outer: AbortSignal | undefined): Promise<unknown> {
    const abort = () => this.#controller.abort(this.#bounds.stopReason());
    outer?.addEventListener('abort', abort, { once: true });
    if (outer?.aborted) abort();
    try {
      this.#bounds.assertGoing();
      const given = await this.#invoke(invoke);
      if (given !== undefined && given !== null) return this.#checked(given);
      if (this.#going !== null) return await this.#bounds.within(this.#going);
    } finally {
      this.#over = true;
      outer?.removeEventListener('abort', abort);
      // What goes on further in has no caller any more.
      abort();
    }
    throw this.#failed('it gave no result and did not go on with next()', 'no-result');
  }

  readonly next: Next = (value) => {
    const going = this.#begin(value === undefined ? this.#value : value);
    // A middleware that does not look at it must not end the process.
    going.catch(() => {});
    return going;
  };

  #begin(value: unknown): Promise<unknown> {
    if (this.#over) return Promise.reject(this.#misused('after its result was given', 'late'));
    if (this.#going !== null) return Promise.reject(this.#misused('a second time', 'again'));
    this.#going = this.#goOn(value);
    return this.#going;
  }

  async #goOn(value: unknown): Promise<unknown> {
    // A chain of any length costs no stack.
    await null;
    const wrong = value === this.#value ? null : (this.#rules.value?.(value) ?? null);
    if (wrong !== null) throw this.#misused(`with a value that ${wrong}`, 'value');
    this.#waitsForRest = true;
    try {
      return await this.#onwards(value, this.#controller.signal);
    } catch (error) {
      this.#failure = { error };
      throw error;
    } finally {
      this.#waitsForRest = false;
    }
  }

  /** Where a late call is held by this middleware; undefined: the rest of the chain holds or held it. */
  get #held(): string | undefined {
    if (this.#waitsForRest || this.#failure !== null) return undefined;
    const what = this.#going === null ? 'had not gone on with it' : 'had not given its result';
    return `${nameOf(this.#link)} ${what}`;
  }

  async #invoke(invoke: Invoke): Promise<unknown> {
    try {
      return await invoke(this.#link, this.#value, this);
    } catch (cause) {
      if (cause === this.#misuse || this.#bounds.raised(cause)) throw cause;
      if (this.#failure !== null && cause === this.#failure.error) throw cause;
      if (cause instanceof LinkFailure) {
        // What comes back over the ABI is another error than what was handed in.
        if (this.#failure !== null) throw this.#failure.error;
        if (this.#misuse !== null) throw this.#misuse;
      }
      if (AisopodError.is(cause) && typeof this.#link.handler !== 'function') {
        const { code } = cause;
        if (code === 'CALL_CANCELLED' || code === 'CALL_DEADLINE') {
          throw this.#bounds.errorFor(code, this.#held);
        }
      }
      throw this.#failed(messageOf(cause), 'failed', cause);
    }
  }

  #checked(result: unknown): unknown {
    const wrong = this.#rules.result?.(result) ?? null;
    if (wrong !== null) throw this.#failed(`its result ${wrong}`, 'result');
    return result;
  }

  #failed(why: string, fault: string, cause?: unknown): AisopodError {
    const { chain, plugin, name } = this.#link;
    const details = { chain, plugin, name, fault, ...answerOf(cause) };
    return new AisopodError(
      'MIDDLEWARE_FAILED',
      `The ${chain} call failed in ${nameOf(this.#link)}: ${why}. ` +
        (plugin === null
          ? 'Fix it, or remove it.'
          : `Fix the plugin, or run: aisopod plugins disable ${plugin}`),
      cause === undefined ? { details } : { details, cause },
    );
  }

  #misused(how: string, fault: string): AisopodError {
    const { chain, plugin, name } = this.#link;
    this.#misuse = new AisopodError(
      'NEXT_MISUSED',
      `next() was called ${how} by ${nameOf(this.#link)} of the chain "${chain}". ` +
        'It is called at most once, before the result is given.',
      { details: { chain, plugin, name, fault } },
    );
    return this.#misuse;
  }
}

/** The code and details that a middleware failed with, where it said any. */
function answerOf(cause: unknown): { code?: string; answer?: unknown } {
  const said = cause instanceof LinkFailure ? cause.answer : AisopodError.is(cause) ? cause : null;
  if (said === null) return {};
  return {
    code: said.code,
    ...(said.details !== undefined && { answer: said.details }),
  };
}

function messageOf(cause: unknown): string {
  const text = thrownText(cause);
  return text === '' ? 'it failed without a message' : text.replace(/\.$/, '');
}
