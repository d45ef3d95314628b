export { checkSchema } from './check-schema.js';
export {
  type JsonSchema,
  SCHEMA_LIMITS,
  type SchemaFault,
  type SchemaLimits,
} from './json-schema.js';
export type { PatternEngine } from './patterns.js';
export type { ToolCallStream } from './tool-call-stream.js';
export type { ToolInfo } from './tool-info.js';
export type { ToolResult, ToolResultMetadata } from './tool-result.js';
export { parseToolSpec, type ToolHints, type ToolSpec } from './tool-spec.js';
export {
  type CallRoute,
  type ToolCallOptions,
  type ToolStreamOptions,
  Tools,
  type ToolsHost,
} from './tools.js';
export type { ArgumentFault } from './validation-fault.js';
export { type Validate, type ValidatedSchema, Validators } from './validators.js';
