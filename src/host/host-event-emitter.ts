import { EventEmitter } from 'node:events';
import type { HostEventMap, HostEvents } from './events.js';

type Tap = <K extends keyof HostEventMap>(name: K, args: HostEventMap[K]) => void;

/** What is behind `host.events`: calls every listener, whatever one of them throws. */
export class HostEventEmitter extends EventEmitter<HostEventMap> implements HostEvents {
  readonly #tap: Tap | undefined;

  /** @param tap is called before the listeners, and stays when these are removed */
  constructor(tap?: Tap) {
    super();
    this.#tap = tap;
  }

  override emit<K extends keyof HostEventMap>(name: K, ...args: HostEventMap[K]): boolean {
    this.#tap?.(name, args);
    if (this.listenerCount(name) === 0) return false;
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
    return true;
  }
}
