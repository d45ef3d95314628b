import type { ErrorData } from '../../base/errors/index.js';
import { isObject, readJson, writeJson } from '../../base/json/index.js';
import type { ToolResult, ToolResultMetadata } from '../../instance/index.js';

const CODE = /^[A-Z][A-Z_]*$/;

/**
 * What keeps a value that a hook or a middleware gave from being a result: `{success: true, data}`
 * or `{success: false, error: {code, message}}`.
 * @returns the end of a sentence about it, or null
 */
export function resultProblem(value: unknown): string | null {
  if (!isObject(value)) return 'is not an object {"success": ..., ...}';
  const { success, data, error } = value;
  if (success === true) {
    if (error !== undefined) return 'has an error next to success';
    if (data === undefined) return 'has no data';
    return dataProblem(data);
  }
  if (success !== false) return 'does not say "success": true or false';
  if (data !== undefined) return 'has data next to a failure';
  if (!isObject(error)) return 'has no error {"code": ..., "message": ...}';
  if (typeof error.code !== 'string' || !CODE.test(error.code)) {
    return 'has no error.code such as "DENIED"';
  }
  if (typeof error.message !== 'string') return 'has no error.message';
  return error.details === undefined ? null : dataProblem(error.details);
}

function dataProblem(data: unknown): string | null {
  try {
    writeJson(data);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * A result of the host's own, of what a hook or a middleware gave: what JSON says of `data` or
 * `error` counts, and `output` and `metadata` are the host's.
 * @param value one in which resultProblem() finds nothing
 */
export function ownResult(value: unknown, metadata: ToolResultMetadata): ToolResult {
  const { success, data, error } = isObject(value) ? value : {};
  if (success === true) {
    const json = writeJson(data);
    const read = readJson(json);
    return { success, data: read, output: typeof read === 'string' ? read : json, metadata };
  }
  const { code, message, details } = isObject(error) ? error : {};
  const own: ErrorData = {
    code: String(code),
    message: String(message),
    ...(details !== undefined && { details: readJson(writeJson(details)) }),
  };
  return { success: false, error: own, metadata };
}
