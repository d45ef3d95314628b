import type { CallToolResult } from '@modelcontextprotocol/server';
import type { ErrorData } from '../base/errors/index.js';
import type { ToolResult } from '../instance/index.js';
import type { ContentPart } from '../kinds/tools/index.js';
import { contentBlock } from './content.js';
import type { ListedTool } from './tool-list.js';

export type ToolCallResult = CallToolResult;

/** Where a client that wants more than the text finds the code and the details of a failure. */
const ERROR_META = 'aisopod/error';

/** What a client gets for what a tool answered. */
export function toolResult(result: ToolResult, { info, output }: ListedTool): ToolCallResult {
  if (!result.success) return failedResult(result.error);
  if (result.metadata.content === true) {
    // The host has checked the parts, also those that a hook has changed.
    return { content: (result.data as readonly ContentPart[]).map(contentBlock) };
  }
  const content = [{ type: 'text', text: result.output } as const];
  if (output === null) return { content };
  const problem = output.problemOf(result.data);
  if (problem === null) return { content, structuredContent: result.data as never };
  const message =
    `${info.fullName} replied with something that its own output schema does not allow:\n${problem}\n` +
    `Report it to the author of plugin ${info.plugin}. The reply follows.`;
  return { content: [{ type: 'text', text: message }, ...content], isError: true };
}

/** What a client gets for a call that failed: the model reads the text, and may do better next time. */
export function failedResult({ code, message, details }: ErrorData): ToolCallResult {
  const error = details === undefined ? { code } : { code, details };
  return {
    content: [{ type: 'text', text: message }],
    isError: true,
    _meta: { [ERROR_META]: error },
  };
}
