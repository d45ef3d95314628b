import type { JsonObject } from '../../../base/json/index.js';
import type { ToolDialect } from './dialect-table.js';
import type { DroppedKeyword } from './drops.js';

/** Options of Tools.definitions(). */
export interface ToolDefinitionOptions {
  readonly dialect: ToolDialect;
  /** Full or short names of the tools; absent: all. */
  readonly tools?: readonly string[] | undefined;
}

/** One tool as a model API or MCP accepts it. */
export interface DialectTool {
  /** Full name. */
  readonly tool: string;
  /** The name that a model calls it by; unique among the tools that are defined with it. */
  readonly name: string;
  /** What the API accepts as a tool. */
  readonly definition: JsonObject;
  /** What of `parameters` the definition can't say. The host checks it all the same. */
  readonly dropped: readonly DroppedKeyword[];
}

/** What a call of a model means for the host. */
export interface ModelCall {
  /** Full name of the tool. */
  readonly tool: string;
  /** Arguments for host.tools.call(), which validates them against the full schema. */
  readonly args: unknown;
}

/** The tools of a host as a model API or MCP accepts them, at one moment. */
export interface ToolDefinitions {
  readonly dialect: ToolDialect;
  readonly tools: readonly DialectTool[];

  /**
   * Reads a call that a model made of these tools: finds the tool, and undoes what the dialect made of its
   * arguments.
   *
   * @param name as the model was given it
   * @param args the arguments of the model: a value, or JSON text
   * @throws AisopodError TOOL_NOT_FOUND when no tool was defined by this name, ARGUMENTS_INVALID when
   *   `args` is text that is not JSON
   */
  read(name: string, args: unknown): ModelCall;
}
