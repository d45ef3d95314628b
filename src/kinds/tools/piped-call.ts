import { AisopodError } from '../../base/errors/index.js';
import { canonicalJson, freezeDeep, isObject, jsonText, readJson } from '../../base/json/index.js';
import type { PluginInstance, ToolResult, ToolResultMetadata } from '../../instance/index.js';
import type { ChainRules } from '../middleware/index.js';
import { afterChunk, afterTool } from './after-tool.js';
import { beforeTool } from './before-tool.js';
import { CallScope } from './call-scope.js';
import { contentResult } from './content/index.js';
import { recoveryFrom } from './recovery.js';
import { ResultCache } from './result-cache.js';
import { ownResult, resultProblem } from './result-shape.js';
import { toToolResult } from './to-tool-result.js';
import { type Failure, isRecoverable, propagate } from './tool-failure.js';
import type { PreparedCall, ToolPipeline } from './tool-pipeline.js';

// Longer than anyone should be kept waiting between two attempts.
const LONGEST_DELAY_MS = 60_000;

type Signal = AbortSignal | undefined;

/** Makes a call past hooks and middleware. @param id counts the piped calls of a host */
export function runPiped(
  id: number,
  call: PreparedCall,
  instance: PluginInstance,
  pipeline: ToolPipeline,
): Promise<ToolResult> {
  return new PipedCall(new CallScope(id, call, instance, pipeline)).run();
}

/** One tool call on its way past hooks and middleware. */
class PipedCall {
  readonly #scope: CallScope;
  #cached = false;
  /** The caller has a chunk, so the tool cannot be tried again. */
  #streamed = false;
  /** What the caller's own reader of chunks threw: no failure of the tool. */
  #reader: { readonly error: unknown } | null = null;

  constructor(scope: CallScope) {
    this.#scope = scope;
  }

  async run(): Promise<ToolResult> {
    const { bounds, pipeline } = this.#scope;
    const result =
      pipeline.host.middleware.current.tool === null
        ? await this.#execute(this.#scope.call.params, bounds.signal)
        : await this.#surrounded();
    return this.#checked(await afterTool(this.#scope, result, this.#metadata, bounds.signal));
  }

  /** Content that is not what it says is a failure, whether the tool or a hook made it. */
  #checked(result: ToolResult): ToolResult {
    return this.#metadata.content === true ? contentResult(result, this.#scope.tool) : result;
  }

  get #metadata(): ToolResultMetadata {
    const { metadata } = this.#scope.call.tool;
    return this.#cached ? { ...metadata, cached: true } : metadata;
  }

  /** What the middleware makes of the call. */
  async #surrounded(): Promise<ToolResult> {
    const { tool, plugin, call, pipeline } = this.#scope;
    // What a middleware changed in place would reach the next one, and not the tool.
    const value = freezeDeep({ tool, plugin, arguments: readJson(call.params) });
    const last = async (given: unknown, signal: Signal) => {
      if (given === value) return this.#execute(call.params, signal);
      const params = await this.#scope.serialise((given as typeof value).arguments);
      return this.#execute(params, signal);
    };
    const result = await pipeline.host.middleware.run(
      'tool',
      value,
      this.#scope,
      last,
      this.#rules,
    );
    return ownResult(result, this.#metadata);
  }

  get #rules(): ChainRules {
    const { tool, plugin } = this.#scope;
    return {
      value: (value) => {
        if (!isObject(value)) return 'is not an object {"tool", "plugin", "arguments"}';
        if ((value.tool ?? tool) !== tool || (value.plugin ?? plugin) !== plugin) {
          return 'names another tool';
        }
        return isObject(value.arguments) ? null : 'has no object "arguments"';
      },
      result: resultProblem,
    };
  }

  /** BeforeToolExecute, then the tool as often as it takes. */
  async #execute(given: string, signal: Signal): Promise<ToolResult> {
    const params = await beforeTool(this.#scope, given, signal);
    const attempts = this.#scope.call.tool.entry.generation.limits.toolAttempts;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(params, signal);
      if (!('failure' in outcome)) return outcome;
      const { failure } = outcome;
      const asked = { params, attempt, ...(signal && { signal }) };
      const recovery = await recoveryFrom(failure, this.#scope, asked);
      if (recovery.action === 'replace') {
        return ownResult({ success: true, data: recovery.value }, this.#metadata);
      }
      const again = recovery.action === 'retry' && attempt < attempts && !this.#streamed;
      if (!again || !(await this.#paused(recovery.delayMs, signal))) return propagate(failure);
    }
  }

  async #attempt(
    params: string,
    signal: Signal,
  ): Promise<ToolResult | { readonly failure: Failure }> {
    try {
      const result = this.#checked(await this.#answered(params, signal));
      return result.success ? result : { failure: { result } };
    } catch (error) {
      if (isRecoverable(error) && error !== this.#reader?.error) {
        return { failure: { thrown: error } };
      }
      const { bounds, call } = this.#scope;
      const isLate = AisopodError.is(error) && error.code === 'CALL_DEADLINE';
      // The instance and the whole call are late at the same time; only the latter names the tool.
      throw isLate && call.options.onChunk === undefined ? bounds.errorFor(error.code) : error;
    }
  }

  /** The answer of the tool, or one that it gave earlier. */
  async #answered(params: string, signal: Signal): Promise<ToolResult> {
    const { call, pipeline, context, bounds } = this.#scope;
    const { spec, entry, metadata } = call.tool;
    this.#cached = false;
    // Whoever wants chunks wants the tool at work.
    if (spec.cacheTtlMs === 0 || call.options.onChunk !== undefined) {
      return toToolResult(await this.#invoke(params, signal), metadata);
    }
    pipeline.results ??= new ResultCache();
    const { results } = pipeline;
    const { plugin, name, generation } = entry;
    const identity = [plugin.id, name, plugin.version, generation.number, context.tenant ?? null];
    const key = jsonText(identity) + canonicalJson(params);
    const running = results.running(key);
    const kept = results.get(key) ?? (running ? await bounds.within(running) : null);
    if (kept !== null) {
      this.#cached = true;
      return toToolResult({ ok: true, json: kept }, this.#metadata);
    }
    return results.fill(key, { plugin: plugin.id, generation }, spec.cacheTtlMs, async () => {
      const answer = await this.#invoke(params, signal);
      return { answer: toToolResult(answer, metadata), json: answer.ok ? answer.json : null };
    });
  }

  #invoke(params: string, signal: Signal) {
    const { onChunk, onProgress } = this.#scope.call.options;
    return this.#scope.ask('invoke', params, {
      signal,
      onProgress,
      onChunk: onChunk && ((chunk) => this.#handOver(chunk, signal, onChunk)),
    });
  }

  async #handOver(
    given: unknown,
    signal: Signal,
    onChunk: (chunk: unknown) => unknown,
  ): Promise<void> {
    const shown = await afterChunk(this.#scope, given, signal);
    if (shown === null) return;
    this.#streamed = true;
    try {
      await onChunk(shown.chunk);
    } catch (error) {
      this.#reader = { error };
      throw error;
    }
  }

  /** Waits before another attempt; false: there is no time for one. */
  async #paused(delayMs: number, signal: Signal): Promise<boolean> {
    const { bounds } = this.#scope;
    if (delayMs > LONGEST_DELAY_MS || delayMs >= bounds.remainingMs) return false;
    if (delayMs > 0) await bounds.within(elapsed(delayMs, signal));
    return true;
  }
}

/** Resolves after that many milliseconds, or when no caller waits any more. */
function elapsed(ms: number, signal: Signal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
