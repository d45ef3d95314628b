export type { CompiledHook, CompiledHooks, HookResult, PayloadProblems } from './compiled-hooks.js';
export type { Action, Decision } from './decision.js';
export { hookDefinition } from './definition.js';
export type { Collected } from './firing.js';
export { ALL_HOOK_NAMES, findHook } from './hook-names.js';
export {
  HOOK_NAMES,
  HOOKS,
  type Hook,
  type HookMode,
  type HookName,
} from './hook-points.js';
export type { CollectHook, HookInvokeOptions, HookOptions, Hooks, PluginHooks } from './hooks.js';
export { type HooksHost, HooksService } from './hooks-service.js';
export type { HookListener } from './listener.js';
export type { HookCall, HookMonitor } from './monitor.js';
export type { RegistersHooks } from './registers-hooks.js';
export type { HookFn } from './tap.js';
export type { HookWrapper } from './wrapper.js';
