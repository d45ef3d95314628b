import type { AisopodError } from '../errors/index.js';
import type { DirectCall } from '../loaders/index.js';
import type { Middleware } from '../middleware/index.js';

/** A decision of a hook of mode decide. */
export interface HookDecision {
  readonly action: 'allow' | 'block' | 'replace' | 'retry' | 'propagate';
  readonly reason?: string;
  readonly value?: unknown;
  readonly delayMs?: number;
  /** Who decided. */
  readonly plugin: string;
}

type Fire<T> = ((payload: object, call: DirectCall) => T | Promise<T>) | null;

/** The hooks that tool calls run; each is null while nobody listens. */
export interface ToolHooks {
  readonly BeforeToolExecute: Fire<unknown>;
  readonly AfterToolExecute: Fire<unknown>;
  readonly OnError: Fire<unknown>;
}

/** What the way of a call through hooks and middleware needs from the host. */
export interface PipelineHost {
  readonly hooks: { readonly current: ToolHooks };
  readonly middleware: Middleware;
  /** How often a tool of the plugin is tried at most, from 1. */
  toolAttempts(pluginId: string): number;
  /** Something about a plugin went wrong that does not end the call. */
  warn(pluginId: string, warning: AisopodError): void;
}
