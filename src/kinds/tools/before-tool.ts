import { AisopodError } from '../../base/errors/index.js';
import { readJson } from '../../base/json/index.js';
import type { CallScope } from './call-scope.js';

/**
 * Asks BeforeToolExecute.
 * @param params the arguments as JSON
 * @returns those that it lets through
 * @throws AisopodError TOOL_BLOCKED
 */
export async function beforeTool(
  scope: CallScope,
  params: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const fire = scope.pipeline.host.hooks.current.BeforeToolExecute;
  if (fire === null) return params;
  const { tool, plugin, context } = scope;
  const call = { id: scope.id, ...context };
  const args = readJson<Record<string, unknown>>(params);
  const payload = { tool, plugin, arguments: args, call };
  const decision = await scope.settled(fire(payload, { context, signal }));
  if (decision?.action === 'block') throw blocked(tool, decision.plugin, decision.reason);
  if (decision?.action !== 'replace') return params;
  try {
    return await scope.serialise(decision.value);
  } catch (cause) {
    if (scope.bounds.raised(cause)) throw cause;
    const { message } = AisopodError.from(cause);
    const why = `it replaced the arguments by others that do not fit: ${message}`;
    throw blocked(tool, decision.plugin, why, cause);
  }
}

function blocked(tool: string, by: string, given?: string, cause?: unknown): AisopodError {
  const reason = given === undefined || given === '' ? null : given;
  const details = { tool, by, reason };
  return new AisopodError(
    'TOOL_BLOCKED',
    `${by} blocked the call of ${tool}: ${reason ?? 'it gave no reason'}`,
    cause === undefined ? { details } : { details, cause },
  );
}
