import type {
  Collected,
  DirectCall,
  HookFn,
  HookInvokeOptions,
  HookName,
  HookOfMode,
  HookOptions,
  Hooks,
  HookWrapper,
} from 'aisopod';

/** What a context has of AnyPayloadHooks. */
export interface AnyPayloadCalls {
  register(name: string, fn: HookFn, options?: HookOptions): () => void;
  // biome-ignore-start lint/suspicious/noExplicitAny: results of payloads that no schema has
  invoke(name: string, payload: unknown, options?: HookInvokeOptions): Promise<any>;
  invokeChain(name: string, data: object, options?: HookInvokeOptions): Promise<any>;
  // biome-ignore-end lint/suspicious/noExplicitAny: as above
}

/** Hooks as JavaScript sees them: with any name and payload. */
export interface AnyPayloadHooks extends AnyPayloadCalls, Pick<Hooks, 'list' | 'monitor'> {
  wrap(name: string, fn: HookWrapper): () => void;
  // biome-ignore-start lint/suspicious/noExplicitAny: results of payloads that no schema has
  collect(name: HookOfMode<'collect'>, payload: any): Promise<readonly Collected[]>;
  readonly current: Readonly<Record<HookName, ((payload: any, call: DirectCall) => any) | null>>;
  // biome-ignore-end lint/suspicious/noExplicitAny: as above
  collected(name: string): readonly Collected[];
}

/** For tests of how hooks are fired, whatever with. */
export function anyPayload(hooks: Hooks): AnyPayloadHooks {
  return hooks;
}

/** The same for the hooks of a context. */
export function anyPayloadCalls(hooks: AnyPayloadCalls): AnyPayloadCalls {
  return hooks;
}
