import type { HookName } from './hook-types.js';

/** One call of one callback, as a monitor sees it. */
export interface HookCall {
  readonly hook: HookName;
  /** Id of the plugin that the callback belongs to. */
  readonly plugin: string;
  readonly durationMs: number;
  readonly ok: boolean;
  /** Why not `ok`: what it threw, or what was wrong with its answer. */
  readonly error?: unknown;
}

export type HookMonitor = (call: HookCall) => void;

/** Those who watch every callback. */
export class Monitors {
  #all: readonly HookMonitor[] = [];

  get any(): boolean {
    return this.#all.length > 0;
  }

  add(monitor: HookMonitor): void {
    this.#all = [...this.#all, monitor];
  }

  remove(monitor: HookMonitor): void {
    this.#all = this.#all.filter((each) => each !== monitor);
  }

  /** A monitor that throws is a fault of the embedder: it surfaces as an uncaught error. */
  tell(call: HookCall): void {
    for (const monitor of this.#all) {
      try {
        monitor(call);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
