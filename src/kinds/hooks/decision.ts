import { isObject } from '../../base/json/index.js';
import { shorten } from '../../base/text/index.js';
import type { HookName } from './hook-points.js';

/** What a callback may decide. */
export type Action = 'allow' | 'block' | 'replace' | 'retry' | 'propagate';

/** The first answer to a hook of mode decide; it ends the question. */
export interface Decision {
  readonly action: Action;
  /** Why, for people. */
  readonly reason?: string;
  /** What to go on with instead; with `replace` only. */
  readonly value?: unknown;
  /** Milliseconds to wait before the next attempt; with `retry` only. */
  readonly delayMs?: number;
  /** Who decided. */
  readonly plugin: string;
}

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
    const found = action === undefined ? 'missing' : shorten(JSON.stringify(action), 100);
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
  return Object.freeze({
    action: known,
    ...(typeof reason === 'string' && { reason }),
    ...(known === 'replace' && { value }),
    ...(known === 'retry' && typeof delayMs === 'number' && { delayMs }),
    plugin,
  });
}

function isDelay(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
