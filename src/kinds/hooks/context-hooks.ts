import type { AnyHookName } from './hook-spelling.js';
import type { HookOptions, PluginHooks } from './hooks.js';
import type { HookFn } from './tap.js';

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
