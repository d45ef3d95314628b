import { AisopodError } from '../base/errors/index.js';
import type { CallContext, DirectCall } from './plugin-instance.js';

// Plugin code receives contexts, and can't add one here.
const issued = new WeakSet<object>();

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Whether the host has made a context for plugin code, as opposed to a copy of one or an object like it. */
export function isIssued(context: unknown): boolean {
  return typeof context === 'object' && context !== null && issued.has(context);
}

/**
 * Makes a context one that plugin code may pass on: from now on it can't be changed.
 * @param context a new object, which only the caller has
 * @returns the same object
 */
export function issue<T extends CallContext>(context: T): T {
  const { permissions } = context;
  if (Array.isArray(permissions)) {
    (context as Mutable<CallContext>).permissions = Object.freeze([...permissions]);
  }
  issued.add(Object.freeze(context));
  return context;
}

/**
 * Returns what one callback of a plugin receives of the caller. The object is its own: if it changes
 * that, no other callback sees the change. A context that the embedder made is copied.
 */
export function issuedCall({ context, signal }: DirectCall): DirectCall {
  if (context === undefined || issued.has(context)) return { context, signal };
  return { context: issue({ ...context }), signal };
}

/** Returns whether a plugin may pass on a context. */
export type AcceptContext = (context: unknown) => boolean;

/** Keeps a plugin from passing on a context that the host did not make. */
export interface ContextCheck {
  /**
   * @param service as plugins call it, for messages
   * @param context undefined is none
   * @returns the same context
   * @throws AisopodError USAGE
   */
  check<T>(service: string, context: T): T;
  /**
   * Reads the options that a plugin gave to a service, once, so that what is checked is what is used.
   * @throws AisopodError USAGE
   */
  given<T extends HasContext>(service: string, options: T | undefined): T | undefined;
}

/** Options that may say on whose behalf a service works. */
export type HasContext = { readonly context?: CallContext | undefined };

export function contextCheck(accept: AcceptContext): ContextCheck {
  const check: ContextCheck['check'] = (service, context) => {
    if (context === undefined || accept(context)) return context;
    throw new AisopodError(
      'USAGE',
      `${service} was given a context that the host did not make, so it has no meaning. Pass on ` +
        '`call.context` or `event.context` itself, not a copy of it, or leave the context out.',
      { details: { option: 'context' } },
    );
  };
  return {
    check,
    given(service, options) {
      if (options === undefined) return undefined;
      const given = { ...options };
      check(service, given.context);
      return given;
    },
  };
}
