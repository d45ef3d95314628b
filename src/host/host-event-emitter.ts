import { EventEmitter } from 'node:events';
import type { AisopodError } from '../base/errors/index.js';
import type { ConfigChange } from '../config/index.js';
import type { EventContext } from '../services/events/index.js';
import type { LifecycleChange } from './plugins/lifecycle.js';

/** What a host tells, by event name. */
export interface HostEventMap {
  /** A plugin went from one phase to another. */
  phase: [change: LifecycleChange];
  /** Something about a plugin that stops nothing. */
  warning: [plugin: string, warning: AisopodError];
  /** A plugin has taken a new configuration. */
  configChanged: [change: ConfigChange];
  /**
   * A new configuration is not in force: of a plugin, or (null) a file that concerns all is wrong.
   * What was before, stays.
   */
  configError: [plugin: string | null, error: AisopodError];
  /** A plugin has published an event. */
  event: [
    event: {
      readonly plugin: string;
      readonly topic: string;
      readonly data: unknown;
      /** Of the call that it was published for, without role and permissions. */
      readonly context: EventContext;
    },
  ];
}

type Tap = <K extends keyof HostEventMap>(name: K, args: HostEventMap[K]) => void;

/**
 * `host.events`. A listener that throws is a fault of the embedder: it surfaces as an uncaught error,
 * and what the host was doing goes on.
 */
export class HostEventEmitter extends EventEmitter<HostEventMap> {
  readonly #tap: Tap | undefined;

  /** @param tap is called before the listeners, and stays when these are removed */
  constructor(tap?: Tap) {
    super();
    this.#tap = tap;
  }

  override emit<K extends keyof HostEventMap>(name: K, ...args: HostEventMap[K]): boolean {
    this.#tap?.(name, args);
    const listeners = this.rawListeners(name);
    for (const listener of listeners) {
      try {
        Reflect.apply(listener, this, args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
    return listeners.length > 0;
  }
}
