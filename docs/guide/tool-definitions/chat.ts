import { AisopodError, type PluginHost, type ToolDefinitions } from 'aisopod';

export interface Message {
  role: string;
  content?: string | null;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

/**
 * Lets a model call the tools of a host until it answers.
 * @param ask sends a request to Chat Completions, and returns the message of the first choice
 */
export async function chat(
  host: PluginHost,
  messages: Message[],
  ask: (request: object) => Promise<Message>,
): Promise<string> {
  const offered = await host.tools.definitions({ dialect: 'openai-strict' });
  const tools = offered.tools.map(({ definition }) => definition);
  for (;;) {
    const answer = await ask({ model: 'gpt-5', messages, ...(tools.length > 0 && { tools }) });
    messages.push(answer);
    if (!answer.tool_calls?.length) return answer.content ?? '';
    for (const { id, function: call } of answer.tool_calls) {
      const content = await run(host, offered, call.name, call.arguments);
      messages.push({ role: 'tool', tool_call_id: id, content });
    }
  }
}

async function run(host: PluginHost, offered: ToolDefinitions, name: string, text: string) {
  try {
    const { tool, args } = offered.read(name, text);
    const result = await host.tools.call(tool, args);
    return result.success ? result.output : `${result.error.code}: ${result.error.message}`;
  } catch (error) {
    // A model that learns what is wrong with its arguments calls again with better ones.
    if (AisopodError.is(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}
