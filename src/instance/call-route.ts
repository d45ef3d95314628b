import type { PluginInstance } from './plugin-instance.js';

/** Where calls of one plugin go. */
export interface CallRoute {
  readonly instance: PluginInstance;
  /** Milliseconds a call may take when its caller says nothing; a positive number or Infinity. */
  readonly callMs: number;
}
