import type { AnyHookName } from './hook-spelling.js';
import type { HookFn } from './tap.js';

/** What register() of a plugin in TypeScript calls for hooks. */
export interface RegistersHooks {
  /** @param name the hook, or an alias of it; `spec`: priority, before, after */
  registerHook<S extends AnyHookName>(name: S, spec: object, handler: HookFn<S>): void;
}
