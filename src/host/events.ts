import type { AisopodError } from '../base/errors/index.js';
import type { ConfigChange } from '../config/index.js';
import type { EventContext } from '../services/events/index.js';
import type { LifecycleChange } from './plugins/lifecycle.js';

/** What a host has done with changed folders of plugins: ids, or paths of what has no id. */
export interface PluginFilesChange {
  /** Plugins that have come, or that start now although they did not before. */
  readonly started: readonly string[];
  /** Plugins that ran, and run with their new files. */
  readonly replaced: readonly string[];
  /** Plugins that ran and were ended: their files are gone, or those of a plugin that they need. */
  readonly stopped: readonly string[];
  /** Plugins that go on as they were, since their new files cannot be used. */
  readonly refused: readonly string[];
}

/** What a host tells, by event name. */
export interface HostEventMap {
  /** A plugin went from one phase to another. */
  phase: [change: LifecycleChange];
  /**
   * What plugins registered is different now, or how their tools are described. A start, reload or end of
   * several plugins may report it several times.
   */
  registryChanged: [];
  /** Something about a plugin that stops nothing. */
  warning: [plugin: string, warning: AisopodError];
  /** A plugin has taken a new configuration. */
  configChanged: [change: ConfigChange];
  /**
   * A new configuration is not in force: of a plugin, or (null) a file that concerns all is wrong.
   * What was before, stays.
   */
  configError: [plugin: string | null, error: AisopodError];
  /** Folders of plugins have changed, and the host has done what follows; nothing, if all are empty. */
  pluginFiles: [change: PluginFilesChange];
  /** Folders of plugins cannot be watched. The host looks at them at intervals instead. */
  watchError: [error: AisopodError];
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

/** A function that receives an event of the host. */
export type HostListener<K extends keyof HostEventMap> = (...args: HostEventMap[K]) => void;

/**
 * `host.events`. A listener that throws is a fault of the embedder: it surfaces as an uncaught error,
 * and what the host was doing goes on.
 */
export interface HostEvents {
  /** Calls the listener at every event of that name, after those that were added earlier. */
  on<K extends keyof HostEventMap>(name: K, listener: HostListener<K>): this;
  /** Calls the listener at the next event of that name. */
  once<K extends keyof HostEventMap>(name: K, listener: HostListener<K>): this;
  /** Removes a listener that on() or once() added. */
  off<K extends keyof HostEventMap>(name: K, listener: HostListener<K>): this;
}
