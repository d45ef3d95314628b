import { errorData } from '../../base/errors/index.js';
import type { Answer, ToolResult, ToolResultMetadata } from '../../instance/index.js';

/**
 * Makes a result of an answer.
 * @param answer whose JSON the loader has found complete
 * @throws SyntaxError when it is not
 */
export function toToolResult(answer: Answer, metadata: ToolResultMetadata): ToolResult {
  if (answer.ok) {
    const data: unknown = JSON.parse(answer.json);
    return {
      success: true,
      data,
      output: typeof data === 'string' ? data : answer.json,
      metadata,
    };
  }
  return { success: false, error: errorData(answer), metadata };
}
