import { AisopodError } from '../../base/errors/index.js';
import { isObject, jsonText, readJson } from '../../base/json/index.js';
import type { Answer } from '../../instance/index.js';
import type { CallScope } from './call-scope.js';
import { type Failure, failureData } from './tool-failure.js';

/** What is to be done about a failure. */
export type Recovery =
  | { readonly action: 'propagate' }
  | { readonly action: 'retry'; readonly delayMs: number }
  | { readonly action: 'replace'; readonly value: unknown };

const PROPAGATE: Recovery = { action: 'propagate' };

/**
 * Asks what is to be done about a failure: the tool itself where its spec says on_error, and unless
 * that knows better than to let it through, OnError.
 *
 * @param params the arguments as JSON
 * @param attempt how often the tool was tried, from 1
 */
export async function recoveryFrom(
  failure: Failure,
  scope: CallScope,
  asked: { readonly params: string; readonly attempt: number; readonly signal?: AbortSignal },
): Promise<Recovery> {
  const { tool, plugin, context, call, pipeline } = scope;
  const { params, attempt, signal } = asked;
  const error = failureData(failure);
  if (call.tool.spec.onError) {
    const told = { error, attempt, arguments: readJson(params) };
    const own = await ownRecovery(scope, jsonText(told), signal);
    if (own.action !== 'propagate') return own;
  }
  const fire = pipeline.host.hooks.current.OnError;
  if (fire === null) return PROPAGATE;
  const payload = { tool, plugin, error, attempt };
  const decision = await scope.settled(fire(payload, { context, signal }));
  if (decision?.action === 'replace') return { action: 'replace', value: decision.value };
  if (decision?.action === 'retry') return { action: 'retry', delayMs: decision.delayMs ?? 0 };
  return PROPAGATE;
}

/** What the handler of the tool says to the method on_error; a fault of its is warned of once. */
async function ownRecovery(
  scope: CallScope,
  params: string,
  signal: AbortSignal | undefined,
): Promise<Recovery> {
  const { faultyOnError, host } = scope.pipeline;
  const { entry } = scope.call.tool;
  try {
    const limits = { signal, timeoutMs: entry.generation.limits.hookMs };
    const recovery = readRecovery(await scope.ask('on_error', params, limits));
    faultyOnError.delete(entry);
    return recovery;
  } catch (cause) {
    scope.bounds.assertGoing();
    if (!faultyOnError.has(entry)) {
      faultyOnError.add(entry);
      host.warn(scope.plugin, onErrorFailed(scope.tool, cause));
    }
    return PROPAGATE;
  }
}

/** @throws Error that says what is wrong */
function readRecovery(answer: Answer): Recovery {
  if (!answer.ok) throw new Error(`it answered ${answer.code}: ${answer.message}`);
  const value = readJson(answer.json);
  if (value === null) return PROPAGATE;
  const { action, delayMs = 0, value: data } = isObject(value) ? value : {};
  switch (action) {
    case 'propagate':
      return PROPAGATE;
    case 'retry':
      if (typeof delayMs === 'number' && delayMs >= 0) return { action, delayMs };
      throw new Error('it answered a "delayMs" that is not a number of milliseconds from 0');
    case 'replace':
      if (data !== undefined) return { action, value: data };
      throw new Error('it answered "replace" without a "value", the data of the result');
    default:
      throw new Error('it answered neither {"action": "propagate", "retry" or "replace"} nor null');
  }
}

function onErrorFailed(tool: string, cause: unknown): AisopodError {
  const why = AisopodError.from(cause).message.replace(/\.$/, '');
  return new AisopodError(
    'ON_ERROR_FAILED',
    `The on_error handler of ${tool} failed: ${why}. The host passes the failure on to OnError.`,
    { details: { tool }, cause },
  );
}
