// A program around a host, in CommonJS: it names types by the mode of import and loads the package by import().
import type { CallContext, PluginHost, ToolResult } from 'aisopod' with {
  'resolution-mode': 'import',
};

export async function callTool(context: CallContext): Promise<ToolResult> {
  const { PluginHost } = await import('aisopod');
  const host: PluginHost = await PluginHost.open();
  const result = await host.tools.call('x', {}, { context });
  if (!result.success) console.log(result.error.message);
  return result;
}
