export type { ContentPart, LinkPart, MediaPart, ResourcePart, TextPart } from './content/index.js';
export { toolDefinition } from './definition.js';
export type {
  DialectTool,
  DroppedKeyword,
  ModelCall,
  ToolDefinitionOptions,
  ToolDefinitions,
  ToolDialect,
} from './dialects/index.js';
export { openTools } from './open-tools.js';
export type { PipelineHost, ToolHooks } from './pipeline-host.js';
export type { PluginTools } from './plugin-tools.js';
export type { RegistersTools, ToolDefinition, ToolHandlers } from './registers-tools.js';
export { resultProblem } from './result-shape.js';
export { readAmendments, type ToolAmendment } from './tool-amendments.js';
export { SHOW_PARAMETERS } from './tool-arguments.js';
export type { ToolCallStream } from './tool-call-stream.js';
export type { ToolInfo } from './tool-info.js';
export type { ToolHints } from './tool-spec.js';
export type { ToolCallOptions, ToolStreamOptions, Tools } from './tools.js';
export { type ToolsHost, ToolsService } from './tools-service.js';
