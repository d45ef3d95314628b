import { isObject } from '../../base/json/index.js';
import { show } from '../../base/text/index.js';
import type { HookName } from './hook-types.js';

/** What a callback of BeforeToolExecute decides. */
export type ToolDecision =
  | {
      readonly action: 'allow' | 'block';
      /** Why, for people. */
      readonly reason?: string | undefined;
    }
  | {
      readonly action: 'replace';
      readonly reason?: string | undefined;
      /** The arguments instead; they are validated again. */
      readonly value: Readonly<Record<string, unknown>>;
    };

/** What a callback of OnError decides. */
export type ErrorDecision =
  | { readonly action: 'propagate'; readonly reason?: string | undefined }
  | {
      readonly action: 'retry';
      readonly reason?: string | undefined;
      /** Milliseconds to wait before the next attempt; default: 0. */
      readonly delayMs?: number | undefined;
    }
  | {
      readonly action: 'replace';
      readonly reason?: string | undefined;
      /** The data of the result instead. */
      readonly value: unknown;
    };

/** A decision, and the id of the plugin that made it. */
export type DecisionOf<D> = D & { readonly plugin: string };

/** The first answer to a hook of mode decide; it ends the question. */
export type Decision = DecisionOf<ToolDecision> | DecisionOf<ErrorDecision>;

type Action = Decision['action'];

/** What each hook of mode decide can be answered with. */
const ACTIONS: Partial<Record<HookName, readonly Action[]>> = {
  BeforeToolExecute: ['allow', 'block', 'replace'],
  OnError: ['propagate', 'retry', 'replace'],
};

/**
 * Reads what a callback answered to a hook of mode decide.
 * @param answer neither null nor undefined
 * @throws Error that says what is wrong with it
 */
export function readDecision(hook: HookName, plugin: string, answer: unknown): Decision {
  if (!isObject(answer)) throw new Error('a decision is an object with an "action", or null');
  const { action, reason, value, delayMs } = answer;
  const actions = ACTIONS[hook] ?? [];
  const known = actions.find((each) => each === action);
  if (known === undefined) {
    const found = action === undefined ? 'missing' : show(action, 100);
    throw new Error(`"action" is ${found}; it must be one of ${actions.join(', ')}`);
  }
  if (reason !== undefined && reason !== null && typeof reason !== 'string') {
    throw new Error('"reason" must be text');
  }
  if (known === 'replace' && value === undefined) {
    throw new Error('"replace" needs a "value"');
  }
  if (known === 'replace' && hook === 'BeforeToolExecute' && !isObject(value)) {
    throw new Error('"value" are the arguments of the tool, so it must be an object');
  }
  if (delayMs !== undefined && delayMs !== null && !isDelay(delayMs)) {
    throw new Error('"delayMs" must be a number of milliseconds from 0');
  }
  const why = typeof reason === 'string' ? { reason } : {};
  switch (known) {
    case 'replace':
      return Object.freeze({ action: known, ...why, value, plugin });
    case 'retry':
      return Object.freeze({
        action: known,
        ...why,
        ...(typeof delayMs === 'number' && { delayMs }),
        plugin,
      });
    default:
      return Object.freeze({ action: known, ...why, plugin });
  }
}

function isDelay(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
