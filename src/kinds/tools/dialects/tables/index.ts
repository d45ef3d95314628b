import type { DialectTable, ToolDialect } from '../dialect-table.js';
import { anthropic } from './anthropic.js';
import { gemini } from './gemini.js';
import { mcp } from './mcp.js';
import { openai } from './openai.js';
import { openaiStrict } from './openai-strict.js';

/** The tables of all dialects. */
export const TABLES: Readonly<Record<ToolDialect, DialectTable>> = {
  openai,
  'openai-strict': openaiStrict,
  gemini,
  anthropic,
  mcp,
};

/** The names of all dialects. */
export const TOOL_DIALECTS = Object.keys(TABLES) as readonly ToolDialect[];
