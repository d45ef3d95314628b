import type { AisopodError } from '../../base/errors/index.js';
import type { CompiledHooks } from '../hooks/index.js';
import type { MiddlewareService } from '../middleware/index.js';

/** The hooks that tool calls run; each is null while nobody listens. */
export type ToolHooks = Pick<CompiledHooks, 'BeforeToolExecute' | 'AfterToolExecute' | 'OnError'>;

/** What the way of a call past hooks and middleware needs from the host. */
export interface PipelineHost {
  readonly hooks: { readonly current: ToolHooks };
  readonly middleware: MiddlewareService;
  /** Something about a plugin went wrong that does not end the call. */
  warn(pluginId: string, warning: AisopodError): void;
}
