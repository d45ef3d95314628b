import type { ErrorData } from '../../base/errors/index.js';
import type { Answer } from '../../instance/index.js';

/** Which tool of which plugin gave a result. */
export interface ToolResultMetadata {
  readonly plugin: string;
  readonly version: string;
  readonly tool: string;
  /** The tool gave this answer to an earlier call, and was not asked again. */
  readonly cached?: true;
  /** Not the result but a chunk, as hooks are shown one. */
  readonly chunk?: true;
}

/** What came of a tool call that the plugin answered, well or with its own error. */
export interface ToolResult {
  readonly success: boolean;
  /** The reply of the handler, parsed. */
  readonly data?: unknown;
  /** `data` as text: a string as it is, else its JSON. */
  readonly output?: string;
  /** Why `success` is false. */
  readonly error?: ErrorData;
  readonly metadata?: ToolResultMetadata;
}

/**
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
  const error: ErrorData = { code: answer.code, message: answer.message };
  if (answer.details !== undefined) error.details = answer.details;
  return { success: false, error, metadata };
}
