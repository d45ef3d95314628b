export type { ChunkStream } from './chunk-stream.js';
export { toolDefinition } from './definition.js';
export type { PipelineHost, ToolHooks } from './pipeline-host.js';
export type { RegistersTools, ToolDefinition, ToolHandlers } from './registers-tools.js';
export { resultProblem } from './result-shape.js';
export { readAmendments, type ToolAmendment } from './tool-amendments.js';
export type { ToolInfo } from './tool-info.js';
export { toolRequests } from './tool-requests.js';
export type { ToolResult, ToolResultMetadata } from './tool-result.js';
export {
  type ToolCallOptions,
  type ToolStreamOptions,
  type ToolsHost,
  ToolsService,
} from './tools-service.js';
