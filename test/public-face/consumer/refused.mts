// What the declarations refuse: each line under a directive has to be an error.
import type { CompiledHooks, PluginApi, PluginHost, ToolResult } from 'aisopod';

export function results(result: ToolResult): void {
  // @ts-expect-error a success has no error
  console.log(result.error.code);
  // @ts-expect-error a failure has no output
  const text: string = result.output;
  console.log(text);
}

export function payloads({ hooks }: PluginHost, api: PluginApi): void {
  // @ts-expect-error the payload has no such member
  hooks.register('BeforeToolExecute', ({ nothing }) => nothing);
  // @ts-expect-error by an alias too
  hooks.register('PRE_TOOL_EXECUTE', ({ nothing }) => nothing);
  // @ts-expect-error a call is not retried before it
  hooks.register('BeforeToolExecute', () => ({ action: 'retry' }) as const);
  // @ts-expect-error a decision needs its action
  hooks.register('OnError', () => ({ reason: 'none' }));
  // @ts-expect-error "replace" needs a value
  api.registerHook('before_tool_call', {}, () => ({ action: 'replace' }) as const);
  // @ts-expect-error a new payload is whole
  api.registerHook('PreLlmCall', {}, () => ({ model: 'small' }));
  // @ts-expect-error a later answer is held to the same
  api.registerHook('SystemPromptExtend', {}, async () => ({ prompt: 7 }));
  // @ts-expect-error what describes a tool names it
  api.registerHook('ToolRegistryBuild', {}, () => [{ description: 'x' }]);
  // @ts-expect-error no hook has that name
  hooks.register('BeforeToolExecut', () => null);
  // @ts-expect-error a session has an id
  void hooks.invoke('SESSION_START', {});
  // @ts-expect-error a hook of mode decide is no chain
  void hooks.invokeChain('OnError', {});
  // @ts-expect-error a hook of mode observe collects nothing
  void hooks.collect('ConfigLoaded', {});
  // @ts-expect-error the result of a wrapper is that of its hook
  hooks.wrap('OnError', () => ({ action: 'allow' }) as const);
}

export function compiled(hooks: CompiledHooks): void {
  // @ts-expect-error a hook without callbacks is null
  hooks.OnSessionEnd({ session: 's' }, { context: undefined, signal: undefined });
  // @ts-expect-error the payload is that of the hook
  hooks.OnSessionEnd?.({}, { context: undefined, signal: undefined });
}
