import type { CallContext, OnChunk, OnProgress, ToolResult } from '../../instance/index.js';
import type { ToolDefinitionOptions, ToolDefinitions } from './dialects/index.js';
import type { ToolCallStream } from './tool-call-stream.js';
import type { ToolInfo } from './tool-info.js';

/** Options of Tools.stream(). */
export interface ToolStreamOptions {
  /** Aborting cancels the call, which then rejects with CALL_CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, a positive number or Infinity; else the limit of the plugin. */
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** On whose behalf the call is made. */
  readonly context?: CallContext | undefined;
}

/** Options of Tools.call(). */
export interface ToolCallOptions extends ToolStreamOptions {
  readonly onChunk?: OnChunk | undefined;
}

/** The tools of all plugins: `host.tools`. */
export interface Tools {
  /** All tools: by dependency level and id of their plugins, then in order of registration. */
  list(): readonly ToolInfo[];

  /** @param name `plugin-id:name`, or the short name of its first owner */
  get(name: string): ToolInfo | undefined;

  /**
   * Calls a tool.
   *
   * @param name `plugin-id:name`, or the short name of its first owner
   * @param args what its parameters ask for; anything that JSON can say. Default: {}
   * @returns what the plugin answered; `success` is false when that is an error, no legal answer
   *   (REPLY_REFUSED, PAYLOAD_TOO_LARGE) or no answer at all (NOT_ANSWERED)
   * @throws AisopodError (as rejection) when the call did not come to an answer: TOOL_NOT_FOUND,
   *   ARGUMENTS_INVALID, VALIDATION_DEADLINE, TOOL_BLOCKED, MIDDLEWARE_FAILED, NEXT_MISUSED, RESULT_SPOILED, HOOK_DEPTH,
   *   CALL_TOO_DEEP, USAGE, PLUGIN_DISABLED, PLUGIN_NOT_ACTIVE, PLUGIN_STUCK, QUEUE_FULL,
   *   PAYLOAD_TOO_LARGE, CALL_CANCELLED, CALL_DEADLINE, CALL_GONE, NO_RESOURCES, SCHEMA_INVALID,
   *   HOST_CLOSED
   */
  call(name: string, args?: unknown, options?: ToolCallOptions): Promise<ToolResult>;

  /**
   * Calls a tool for its chunks: `for await (const chunk of host.tools.stream(...))`. The result
   * is in `.result` of what is returned. Failures are thrown by the loop and by `.result`; they are
   * those of call().
   */
  stream(name: string, args?: unknown, options?: ToolStreamOptions): ToolCallStream;

  /**
   * Defines tools for a model API or MCP: each in the part of JSON Schema that the dialect accepts, by a
   * name that it accepts, with a list of what the definition can't say.
   *
   * @param options the dialect, and which tools; default: all, as list() has them now
   * @returns the definitions, and what reads the calls that a model makes of them
   * @throws AisopodError (as rejection) USAGE for a dialect that is not known, TOOL_NOT_FOUND
   */
  definitions(options: ToolDefinitionOptions): Promise<ToolDefinitions>;
}
