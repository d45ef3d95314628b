import { AisopodError } from '../../base/errors/index.js';
import type { ToolResult, ToolResultMetadata } from '../../instance/index.js';
import type { CallScope } from './call-scope.js';
import { ownResult, resultProblem } from './result-shape.js';

/**
 * What AfterToolExecute makes of a result.
 * @param metadata of what comes out, whatever a callback says
 * @throws AisopodError RESULT_SPOILED
 */
export async function afterTool(
  scope: CallScope,
  result: ToolResult,
  metadata: ToolResultMetadata,
  signal: AbortSignal | undefined,
): Promise<ToolResult> {
  const fire = scope.pipeline.host.hooks.current.AfterToolExecute;
  if (fire === null) return result;
  const made = await scope.settled(fire(result, { context: scope.context, signal }));
  const wrong = resultProblem(made);
  if (wrong === null) return ownResult(made, metadata);
  // What each callback answered was found good, so one of them changed what it was given.
  throw new AisopodError(
    'RESULT_SPOILED',
    `A callback of AfterToolExecute spoiled the result of ${scope.tool}: it ${wrong}. ` +
      'It must return a new result instead of changing the one it is given.',
    { details: { tool: scope.tool } },
  );
}

/**
 * What AfterToolExecute makes of a chunk, which it is shown as a result of its own.
 * @returns null: it is withheld
 */
export async function afterChunk(
  scope: CallScope,
  chunk: unknown,
  signal: AbortSignal | undefined,
): Promise<{ readonly chunk: unknown } | null> {
  if (scope.pipeline.host.hooks.current.AfterToolExecute === null) return { chunk };
  const metadata = { ...scope.call.tool.metadata, chunk: true } as const;
  const part = ownResult({ success: true, data: chunk }, metadata);
  const { success, data } = await afterTool(scope, part, metadata, signal);
  return success ? { chunk: data } : null;
}
