export { type DefinedTool, defineTools } from './define-tools.js';
export type { ToolDialect } from './dialect-table.js';
export type { DroppedKeyword } from './drops.js';
export { TABLES, TOOL_DIALECTS } from './tables/index.js';
export type {
  DialectTool,
  ModelCall,
  ToolDefinitionOptions,
  ToolDefinitions,
} from './tool-definitions.js';
