import type { FailureData } from '../base/errors/index.js';

/** Which tool of which plugin gave a result. */
export interface ToolResultMetadata {
  readonly plugin: string;
  readonly version: string;
  readonly tool: string;
  /** The tool gave this answer to an earlier call, and was not asked again. */
  readonly cached?: true | undefined;
  /** `data` is a list of ContentPart, and `output` what of it is text. */
  readonly content?: true | undefined;
  /** Not the result but a chunk, as hooks are shown one. */
  readonly chunk?: true | undefined;
}

/** A tool call to which the plugin replied. */
export interface ToolSuccess {
  readonly success: true;
  /** The reply of the handler, parsed. */
  readonly data: unknown;
  /** `data` as text: a string as it is, else its JSON. */
  readonly output: string;
  readonly error?: undefined;
  readonly metadata: ToolResultMetadata;
}

/** A tool call that the plugin answered with an error of its own, or not as the ABI allows. */
export interface ToolFailure {
  readonly success: false;
  readonly data?: undefined;
  readonly output?: undefined;
  readonly error: FailureData;
  readonly metadata: ToolResultMetadata;
}

/** The outcome of a tool call that came to an answer; `success` says which of the two it is. */
export type ToolResult = ToolSuccess | ToolFailure;
