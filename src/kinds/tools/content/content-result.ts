import { pointerTo } from '../../../base/json/index.js';
import { type Finding, Findings, keyPath } from '../../../base/shape/index.js';
import type { ToolFailure, ToolResult } from '../../../instance/index.js';
import { contentShape } from './content-shape.js';
import { contentText } from './content-text.js';

// A message is for reading.
const SHOWN = 5;

/**
 * The result of a tool whose replies are content: `output` is what of it is text.
 * @param tool full name, for messages
 * @returns a failure with CONTENT_INVALID, if the reply is something else
 */
export function contentResult(result: ToolResult, tool: string): ToolResult {
  if (!result.success) return result;
  const findings = new Findings('CONTENT_INVALID');
  const parts = contentShape.read(result.data, null, findings);
  if (parts === undefined || findings.failed) return invalid(result, tool, findings.errors);
  return { ...result, output: contentText(parts) };
}

function invalid({ metadata }: ToolResult, tool: string, errors: readonly Finding[]): ToolFailure {
  const faults = errors.map(({ place, value, expected }) => ({
    path: keyPath(place).reduce<string>(pointerTo, ''),
    message: `${value === undefined ? 'is missing; it ' : ''}must be ${expected}`,
  }));
  const lines = faults
    .slice(0, SHOWN)
    .map(({ path, message }) => `  ${path || 'reply'} ${message}`);
  if (faults.length > SHOWN) lines.push(`  and ${faults.length - SHOWN} more`);
  const message =
    `${tool} replied with something that is not content:\n${lines.join('\n')}\n` +
    `Its spec says "result": "content". Report it to the author of plugin ${metadata.plugin}.`;
  const error = { code: 'CONTENT_INVALID', message, details: { tool, faults } };
  return { success: false, error, metadata };
}
