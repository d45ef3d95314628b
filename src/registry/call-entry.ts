import { AisopodError, ERROR_CODES, type ErrorCode } from '../base/errors/index.js';
import {
  checkFunction,
  checkSignal,
  checkTimeout,
  readJson,
  readMembers,
  writeJson,
} from '../base/json/index.js';
import { nearest, notFoundText, shortName } from '../base/text/index.js';
import { CallBounds, type CallContext, type OnProgress } from '../instance/index.js';
import type { Dispatcher } from './dispatcher.js';
import type { Entry } from './entry.js';

/** A kind whose registrations are found by name and called. */
export interface CalledKind {
  readonly kind: 'prompt' | 'context';
  readonly notFound: 'PROMPT_NOT_FOUND' | 'CONTEXT_NOT_FOUND';
  /** The command that lists what there is. */
  readonly list: string;
}

/** On whose behalf an entry is called, and for how long. */
export interface EntryCallOptions {
  readonly context?: CallContext | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const OPTIONS = ['context', 'signal', 'timeoutMs', 'onProgress'] as const;

/** What an entry is asked. */
export interface EntryCall {
  /** Looks it up by its full name, and does so again after a wait. */
  readonly find: () => Entry;
  readonly method: string;
  /** Makes what the handler gets. */
  readonly params: (entry: Entry) => object;
  readonly options: EntryCallOptions;
}

/** A reply, and which entry gave it. */
export interface EntryReply {
  readonly entry: Entry;
  readonly reply: unknown;
}

/**
 * Finds a registration by its full or its short name.
 * @throws AisopodError `notFound` of the kind; HOST_CLOSED
 */
export function findEntry(
  dispatcher: Dispatcher,
  { kind, notFound, list }: CalledKind,
  name: string,
): Entry {
  const { snapshot } = dispatcher;
  const entry = snapshot.resolve(kind, String(name));
  if (entry !== undefined) return entry;
  dispatcher.assertOpen();
  const given = shortName(name);
  const similar = nearest(given, snapshot.names(kind));
  const owner = dispatcher.whyAbsent(kind, String(name));
  const text = notFoundText(kind, given, { similar, owner, list });
  throw new AisopodError(notFound, text, { details: { [kind]: given, similar } });
}

/**
 * Calls a registration, once its plugin takes calls.
 * @throws AisopodError USAGE, ARGUMENTS_INVALID, CALL_CANCELLED, CALL_DEADLINE, what instance.invoke()
 *   throws, and what the plugin answers: with its code, or FAIL
 */
export async function callEntry({ find, method, params, options }: EntryCall): Promise<EntryReply> {
  let entry = find();
  const { callMs } = entry.generation.limits;
  const { timeoutMs, signal, context, onProgress } = callOptions(entry, options, callMs);
  const bounds = new CallBounds(entry.fullName, timeoutMs, signal);
  bounds.assertGoing();
  const wait = () => entry.generation.waits(`${entry.kind} ${entry.name}`, context);
  for (let waits = wait(); waits !== null; waits = wait()) {
    await bounds.within(waits);
    entry.generation.assertFollowed();
    bounds.assertGoing();
    entry = find();
  }
  const { instance } = entry.generation.route();
  const answer = await instance.invoke(entry.token, method, paramsText(entry, params(entry)), {
    context,
    signal,
    onProgress,
    timeoutMs: Math.max(1, bounds.remainingMs),
  });
  if (answer.ok) return { entry, reply: readJson(answer.json) };
  const code = Object.hasOwn(ERROR_CODES, answer.code) ? (answer.code as ErrorCode) : 'FAIL';
  throw new AisopodError(code, `The ${entry.kind} ${entry.fullName} failed: ${answer.message}`, {
    details: answer.details,
    ...(answer.cause !== undefined && { cause: answer.cause }),
  });
}

/**
 * Returns the error for a reply that is not what its kind asks for.
 * @param why a sentence part about the reply
 */
export function replyRefused({ kind, fullName }: Entry, why: string): AisopodError {
  return new AisopodError(
    'REPLY_REFUSED',
    `The ${kind} ${fullName} cannot be used: ${why}. Report it to the author of the plugin.`,
    { details: { [kind]: fullName } },
  );
}

function callOptions({ fullName }: Entry, given: EntryCallOptions, callMs: number) {
  const what = `a call of ${fullName}`;
  const options = readMembers(what, given, OPTIONS);
  const { timeoutMs = callMs } = options;
  checkSignal(what, options.signal);
  checkTimeout(what, timeoutMs);
  checkFunction(what, 'onProgress', options.onProgress);
  return { ...options, timeoutMs };
}

/** @throws AisopodError ARGUMENTS_INVALID for what JSON cannot say, such as half of a surrogate pair */
function paramsText({ fullName }: Entry, params: object): string {
  try {
    return writeJson(params);
  } catch (cause) {
    const message = `What is given to ${fullName} ${(cause as Error).message}.`;
    throw new AisopodError('ARGUMENTS_INVALID', message, { cause });
  }
}
