import { AisopodError } from '../../base/errors/index.js';
import { typeName } from '../../base/text/index.js';
import { type CallContext, issue } from '../../instance/index.js';

const MEMBERS = [
  'traceId',
  'user',
  'session',
  'tenant',
] as const satisfies readonly (keyof EventContext)[];

/**
 * On whose behalf an event was published. It carries no authority: role and permissions end with the
 * call that the publisher worked on. What is absent is unknown.
 */
export type EventContext = Pick<CallContext, 'traceId' | 'user' | 'session' | 'tenant'>;

/** The context of an event that the publisher published for itself. */
export const NOTHING_KNOWN: EventContext = issue({});

/** Half of a character: JSON can't say it. */
const HALF = /\p{Cs}/u;

/**
 * Copies trace id, user, session and tenant of a context, and nothing else of it.
 * @returns a frozen object
 */
export function withoutAuthority(context: CallContext | undefined): EventContext {
  if (context === undefined) return NOTHING_KNOWN;
  const kept: { -readonly [Name in keyof EventContext]: EventContext[Name] } = {};
  for (const name of MEMBERS) {
    const value: unknown = context[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return Object.freeze(kept);
}

/** withoutAuthority(), for subscribers, which may pass it on. */
export function issuedWithoutAuthority(context: CallContext | undefined): EventContext {
  return context === undefined ? NOTHING_KNOWN : issue(withoutAuthority(context));
}

/**
 * The context of an event that JavaScript publishes. What would be lost is refused: without its
 * tenant an event might reach the wrong subscribers.
 * @throws AisopodError USAGE
 */
export function eventContext(context: unknown): EventContext {
  if (context === undefined) return NOTHING_KNOWN;
  if (typeof context !== 'object' || context === null) {
    throw usage('context', typeName(context), 'the context of a call or an event');
  }
  for (const name of MEMBERS) {
    const value: unknown = Reflect.get(context, name);
    if (value === undefined) continue;
    if (typeof value !== 'string') {
      throw usage(`context.${name}`, typeName(value), 'a text');
    }
    if (HALF.test(value)) throw usage(`context.${name}`, 'a text with half a character', 'whole');
  }
  return issuedWithoutAuthority(context as CallContext);
}

function usage(option: string, found: string, expected: string): AisopodError {
  return new AisopodError('USAGE', `publish(): ${option} is ${found}; it must be ${expected}.`, {
    details: { option },
  });
}
