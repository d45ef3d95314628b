import { AisopodError } from '../../base/errors/index.js';
import { typeName } from '../../base/text/index.js';
import { isThenable, LONGEST_TIMER_MS } from '../../base/time/index.js';
import type { PluginContext, PluginTimer } from '../../plugin-api/index.js';
import type { PluginActivity } from './plugin-activity.js';
import type { PluginResources } from './plugin-resources.js';

// Milliseconds between two warnings about a plugin whose timer functions fail.
const QUIET_MS = 60_000;

/**
 * setTimeout() for one plugin.
 * @param held gives timers back when the plugin ends
 * @param activity lets their functions begin
 * @param warn gets TIMER_FAILED
 */
export function timersOf(
  plugin: string,
  held: PluginResources,
  activity: PluginActivity,
  warn: (warning: AisopodError) => void,
): PluginContext['setTimeout'] {
  let quietUntil = Number.NEGATIVE_INFINITY;
  const failed = (error: unknown) => {
    const now = performance.now();
    if (now < quietUntil) return;
    quietUntil = now + QUIET_MS;
    const why = error instanceof Error ? error.message : String(error);
    warn(
      new AisopodError('TIMER_FAILED', `A timer function of plugin ${plugin} failed: ${why}`, {
        details: { plugin },
        cause: error,
      }),
    );
  };
  const run = (fn: () => unknown): unknown => {
    try {
      const result = fn();
      return isThenable(result) ? result.then(undefined, failed) : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  };
  return (fn, ms) => {
    check(fn, ms);
    let cleared = false;
    const clear = held.hold(() => {
      const begin = () => {
        if (cleared) return undefined; // while a pause held it back
        clear();
        return run(fn);
      };
      // As for all of the host, only a call in flight keeps the process alive.
      const timer = setTimeout(() => void activity.run(begin), ms).unref();
      return () => {
        cleared = true;
        clearTimeout(timer);
      };
    });
    return Object.freeze({ clear, [Symbol.dispose]: clear } satisfies PluginTimer);
  };
}

function check(fn: unknown, ms: unknown): void {
  if (typeof fn !== 'function') throw usage('fn', typeName(fn), 'a function');
  if (typeof ms === 'number' && ms >= 0 && ms <= LONGEST_TIMER_MS) return;
  throw usage('ms', String(ms), `milliseconds from 0 to ${LONGEST_TIMER_MS}`);
}

function usage(option: string, found: string, expected: string): AisopodError {
  return new AisopodError('USAGE', `setTimeout(): ${option} is ${found}; it must be ${expected}.`, {
    details: { option },
  });
}
