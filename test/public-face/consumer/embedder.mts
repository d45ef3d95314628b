// A program around a host, in ES modules.
import {
  type CallContext,
  type HostOptions,
  type PluginApi,
  PluginHost,
  type ToolResult,
} from 'aisopod';
import { createTestApp } from 'aisopod/testing';

const given: string | undefined = process.env.USER;
const context: CallContext = { user: given, tenant: given, role: given, permissions: undefined };
const options: HostOptions = { home: given, limits: { callMs: given ? 5 : undefined } };

export async function callTool(): Promise<unknown> {
  const host = await PluginHost.open(options);
  const result: ToolResult = await host.tools.call('x', {}, { context, timeoutMs: undefined });
  if (!result.success) return result.error.code;
  const text: string = result.output;
  await host.storage.of('notes', given).set('text', text, { context });
  for await (const chunk of host.tools.stream('x')) console.log(chunk);
  await host.close();
  return result.data;
}

export async function watch(host: PluginHost): Promise<void> {
  host.events.on('phase', ({ id, to }) => console.log(id, to === 'active'));
  host.hooks.register('BEFORE_TOOL_CALL', ({ tool, arguments: { path } }) =>
    tool === 'files:read' && path === '/' ? { action: 'block', reason: 'too much' } : null,
  );
  host.hooks.register('OnError', async ({ attempt }) =>
    attempt < 3 ? { action: 'retry', delayMs: 100 } : undefined,
  );
  host.hooks.wrap('PreLlmCall', async (payload, next) => {
    const changed = await next({ ...payload, model: 'small' });
    return { ...changed, options: { temperature: 0 } };
  });
  const decision = await host.hooks.invoke('before_tool_execute', {
    tool: 'files:read',
    plugin: 'files',
    arguments: {},
    call: { id: 1, user: given },
  });
  if (decision?.action === 'replace') console.log(decision.plugin, Object.keys(decision.value));
  const { prompt } = await host.hooks.invokeChain('SystemPromptExtend', { prompt: 'Be brief.' });
  const name: string = prompt;
  host.hooks.register(name, (payload) => payload);
}

export function register(api: PluginApi): void {
  api.registerHook('AfterToolExecute', { priority: 200 }, (result) =>
    result.success ? { success: true, data: String(result.data) } : null,
  );
  api.registerHook('ConfigLoaded', {}, ({ file }) => console.log(file));
  api.registerTool<{ a: number }>('add', { description: 'Adds' }, ({ a }) => a + 1);
}

export async function test(): Promise<void> {
  await using app = await createTestApp();
  await app.loadPlugin({ id: 'mine', version: '1.0.0', register });
}
