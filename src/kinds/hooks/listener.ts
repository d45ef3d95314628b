import { HOOK_POINTS } from './hook-points.js';
import type { HookMode, HookName } from './hook-types.js';
import type { Tap } from './tap.js';

/** One callback of a hook, as it is shown. */
export interface HookListener {
  readonly hook: HookName;
  readonly mode: HookMode;
  /** From 1: its place among those of its hook. */
  readonly order: number;
  /** Id of the plugin; of the embedder's own, what it calls itself. */
  readonly plugin: string;
  readonly origin: 'plugin' | 'embedder';
  readonly priority: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /**
   * on: it is called. failed: it was switched off after failing too often. disabled: its plugin is
   * switched off.
   */
  readonly state: 'on' | 'failed' | 'disabled';
}

/** @param taps of one hook, in order */
export function listenersOf(taps: readonly Tap[]): HookListener[] {
  return taps.map((tap, i) => {
    const { hook, plugin, origin, priority, before, after } = tap;
    const { mode } = HOOK_POINTS[hook];
    const state = stateOf(tap);
    return Object.freeze({
      hook,
      mode,
      order: i + 1,
      plugin,
      origin,
      priority,
      before,
      after,
      state,
    });
  });
}

function stateOf({ origin, generation, health }: Tap): HookListener['state'] {
  if (health.off) return 'failed';
  return origin === 'plugin' && generation?.isAway === true ? 'disabled' : 'on';
}
