import type { CommandInfo, CommandResult, CommandRunOptions } from '../kinds/commands/index.js';
import type { AnyHookName, HookFn, HookOptions, PluginHooks } from '../kinds/hooks/index.js';
import type { MiddlewareFn, MiddlewareOptions } from '../kinds/middleware/index.js';
import type { Tools } from '../kinds/tools/index.js';

/** The hooks as one plugin sees them: what it registers is its own, and goes when it ends. */
export interface ContextHooks extends PluginHooks {
  /**
   * Listens to a hook while the plugin is active.
   * @param name of the hook, or an alias
   * @returns takes it back
   * @throws AisopodError HOOK_UNKNOWN, USAGE, HOOK_CYCLE; STATE when the plugin has ended
   */
  register<S extends AnyHookName>(
    name: S,
    fn: HookFn<S>,
    options?: Omit<HookOptions, 'plugin'>,
  ): () => void;
}

/**
 * The tools of all plugins, for one of them. A call with the `context` of another one counts as a part
 * of that; CALL_TOO_DEEP ends a circle. Without a context it is made on nobody's behalf.
 */
export type PluginTools = Pick<Tools, 'list' | 'get' | 'call' | 'stream'>;

/** The commands of all plugins, for one of them. */
export interface PluginCommands {
  list(): readonly CommandInfo[];
  get(name: string): CommandInfo | undefined;
  /**
   * Runs a command and waits for its result. It runs with the role of `context`, or without a role.
   * The context of an event has none.
   * @param name `plugin-id:command`, or the short name
   * @throws AisopodError (as rejection) as Commands.run(); STATE when the plugin has ended
   */
  run(name: string, options?: Omit<CommandRunOptions, 'auth'>): Promise<CommandResult>;
}

/** The middleware as one plugin sees it. */
export interface PluginMiddleware {
  /**
   * Puts a function into a chain while the plugin is active.
   * @param chain "tool" or "message"
   * @param options order: a whole number, lower is further out, default 100
   * @returns takes it out again
   * @throws AisopodError USAGE; STATE when the plugin has ended
   */
  use(chain: string, fn: MiddlewareFn, options?: Omit<MiddlewareOptions, 'plugin'>): () => void;
}
