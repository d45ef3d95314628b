import { randomUUID } from 'node:crypto';
import { AisopodError } from '../errors/index.js';
import { type Answer, CallBounds, type CallContext, type InvokeOptions } from '../loaders/index.js';
import type { ChainRules } from '../middleware/index.js';
import { isObject } from '../schema/index.js';
import { canonicalJson } from './canonical-json.js';
import type { HookDecision } from './pipeline-host.js';
import { onErrorFailed, type Recovery, readOwnRecovery } from './recovery.js';
import { ownResult, resultProblem } from './result-shape.js';
import { serialiseArguments } from './tool-arguments.js';
import { type Failure, failureData, isRecoverable, propagate } from './tool-failure.js';
import type { PreparedCall, ToolPipeline } from './tool-pipeline.js';
import { type ToolResult, type ToolResultMetadata, toToolResult } from './tool-result.js';

// Longer than anyone should be kept waiting between two attempts.
const LONGEST_DELAY_MS = 60_000;

/** How long a tool may think about its own failure, in milliseconds. */
const ON_ERROR_MS = 5_000;

/** One tool call on its way past hooks and middleware. */
export class PipedCall {
  readonly #id: number;
  readonly #call: PreparedCall;
  readonly #pipeline: ToolPipeline;
  readonly #bounds: CallBounds;
  readonly #context: CallContext;
  #cached = false;
  /** The caller has a chunk, so the tool cannot be tried again. */
  #streamed = false;
  /** What the caller's own reader of chunks threw: no failure of the tool. */
  #reader: { error: unknown } | null = null;

  constructor(id: number, call: PreparedCall, pipeline: ToolPipeline) {
    const { timeoutMs, signal, context } = call.options;
    this.#id = id;
    this.#call = call;
    this.#pipeline = pipeline;
    this.#bounds = new CallBounds(call.tool.entry.fullName, timeoutMs, signal);
    // By it, what hooks, middleware and the tool hear of the call is known to belong together.
    const traceId = context?.traceId ?? randomUUID().replaceAll('-', '');
    this.#context = { ...context, traceId };
  }

  async run(): Promise<ToolResult> {
    const { middleware } = this.#pipeline.host;
    const { params } = this.#call;
    if (middleware.current.tool === null) {
      return this.#transformed(await this.#execute(params, this.#bounds.signal));
    }
    const { entry } = this.#call.tool;
    const value = {
      tool: entry.fullName,
      plugin: entry.plugin.id,
      arguments: JSON.parse(params) as unknown,
    };
    const result = await middleware.run(
      'tool',
      value,
      { context: this.#context, bounds: this.#bounds },
      (given, signal) => {
        const changed =
          given === value ? params : this.#serialised((given as typeof value).arguments);
        return this.#execute(changed, signal);
      },
      this.#rules,
    );
    return this.#transformed(ownResult(result, this.#metadata));
  }

  get #metadata(): ToolResultMetadata {
    const { metadata } = this.#call.tool;
    return this.#cached ? { ...metadata, cached: true } : metadata;
  }

  /** What middleware may make of the call and of its result. */
  get #rules(): ChainRules {
    const { entry } = this.#call.tool;
    return {
      value: (value) => {
        if (!isObject(value)) return 'is no object {"tool", "plugin", "arguments"}';
        const { tool = entry.fullName, plugin = entry.plugin.id } = value;
        if (tool !== entry.fullName || plugin !== entry.plugin.id) return 'names another tool';
        return isObject(value.arguments) ? null : 'has no object "arguments"';
      },
      result: resultProblem,
    };
  }

  #serialised(args: unknown): string {
    return serialiseArguments(this.#call.tool.entry.fullName, args, this.#call.validate);
  }

  /** BeforeToolExecute, then the tool as often as it takes. */
  async #execute(given: string, signal: AbortSignal | undefined): Promise<ToolResult> {
    const params = await this.#permitted(given, signal);
    const attempts = this.#pipeline.host.toolAttempts(this.#call.tool.entry.plugin.id);
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#attempt(params, signal);
      if (!('failed' in failure)) return failure;
      const recovery = await this.#recovery(failure.failed, params, attempt, signal);
      if (recovery.action === 'replace') {
        return ownResult({ success: true, data: recovery.value }, this.#metadata);
      }
      const again = recovery.action === 'retry' && attempt < attempts && !this.#streamed;
      if (!again || !(await this.#paused(recovery.delayMs, signal))) {
        return propagate(failure.failed);
      }
    }
  }

  async #attempt(
    params: string,
    signal: AbortSignal | undefined,
  ): Promise<ToolResult | { readonly failed: Failure }> {
    try {
      const result = await this.#answered(params, signal);
      return result.success ? result : { failed: { result } };
    } catch (error) {
      if (!isRecoverable(error) || error === this.#reader?.error) throw error;
      return { failed: { thrown: error } };
    }
  }

  /** The answer of the tool, or one that it gave earlier. */
  async #answered(params: string, signal: AbortSignal | undefined): Promise<ToolResult> {
    const { spec, entry, metadata } = this.#call.tool;
    this.#cached = false;
    // Whoever wants chunks wants the tool at work.
    if (spec.cacheTtlMs === 0 || this.#call.options.onChunk !== undefined) {
      return toToolResult(await this.#invoke('invoke', params, signal), metadata);
    }
    const { results } = this.#pipeline;
    const { plugin, name, token } = entry;
    const identity = [plugin.id, name, plugin.version, token, this.#context.tenant ?? null];
    const key = JSON.stringify(identity) + canonicalJson(params);
    const running = results.running(key);
    const kept =
      results.get(key) ?? (running === undefined ? null : await this.#bounds.within(running));
    if (kept !== null) {
      this.#cached = true;
      return toToolResult({ ok: true, json: kept }, this.#metadata);
    }
    const owner = { plugin: plugin.id, token };
    return results.fill(key, owner, spec.cacheTtlMs, async () => {
      const answer = await this.#invoke('invoke', params, signal);
      return { answer: toToolResult(answer, metadata), json: answer.ok ? answer.json : null };
    });
  }

  async #invoke(method: string, params: string, signal: AbortSignal | undefined): Promise<Answer> {
    this.#bounds.assertGoing();
    const { route, tool, options } = this.#call;
    const asked: InvokeOptions = {
      context: this.#context,
      signal,
      timeoutMs: this.#bounds.remainingMs,
      ...(method === 'invoke' && {
        onChunk: options.onChunk && ((chunk: unknown) => this.#chunk(chunk, signal)),
        onProgress: options.onProgress,
      }),
    };
    return route.instance.invoke(tool.entry.token, method, params, asked);
  }

  /** A chunk is shown to AfterToolExecute as a result of its own. */
  async #chunk(given: unknown, signal: AbortSignal | undefined): Promise<void> {
    const metadata = { ...this.#call.tool.metadata, chunk: true } as const;
    let chunk = given;
    if (this.#pipeline.host.hooks.current.AfterToolExecute !== null) {
      const part = ownResult({ success: true, data: given }, metadata);
      const { success, data } = await this.#afterwards(part, metadata, signal);
      if (!success) return;
      chunk = data;
    }
    this.#streamed = true;
    try {
      await this.#call.options.onChunk?.(chunk);
    } catch (error) {
      this.#reader = { error };
      throw error;
    }
  }

  /** The arguments that BeforeToolExecute lets through. */
  async #permitted(params: string, signal: AbortSignal | undefined): Promise<string> {
    const fire = this.#pipeline.host.hooks.current.BeforeToolExecute;
    if (fire === null) return params;
    const { entry } = this.#call.tool;
    const payload = {
      tool: entry.fullName,
      plugin: entry.plugin.id,
      arguments: JSON.parse(params) as unknown,
      call: { id: this.#id, ...this.#context },
    };
    const given = await this.#settled(fire(payload, { context: this.#context, signal }));
    const decision = given as HookDecision | null;
    if (decision?.action === 'block') throw this.#blocked(decision.plugin, decision.reason);
    if (decision?.action !== 'replace') return params;
    try {
      return this.#serialised(decision.value);
    } catch (cause) {
      const { message } = AisopodError.from(cause);
      const why = `it replaced the arguments by others that do not fit: ${message}`;
      throw this.#blocked(decision.plugin, why, cause);
    }
  }

  #blocked(by: string, reason: string | undefined, cause?: unknown): AisopodError {
    const tool = this.#call.tool.entry.fullName;
    const why = reason === undefined || reason === '' ? 'it gave no reason' : reason;
    const details = { tool, by, reason: reason ?? null };
    return new AisopodError(
      'TOOL_BLOCKED',
      `${by} does not let ${tool} be called: ${why}`,
      cause === undefined ? { details } : { details, cause },
    );
  }

  #transformed(result: ToolResult): Promise<ToolResult> {
    const fire = this.#pipeline.host.hooks.current.AfterToolExecute;
    if (fire === null) return Promise.resolve(result);
    return this.#afterwards(result, this.#metadata, this.#bounds.signal);
  }

  /** What AfterToolExecute makes of a result; it is there. */
  async #afterwards(
    result: ToolResult,
    metadata: ToolResultMetadata,
    signal: AbortSignal | undefined,
  ): Promise<ToolResult> {
    const fire = this.#pipeline.host.hooks.current.AfterToolExecute;
    const made = await this.#settled(fire?.(result, { context: this.#context, signal }) ?? result);
    const wrong = resultProblem(made);
    if (wrong === null) return ownResult(made, metadata);
    // Each callback's answer was found good, so one of them changed its payload in place.
    throw new AisopodError(
      'RESULT_SPOILED',
      `A callback of AfterToolExecute spoiled the result of ${this.#call.tool.entry.fullName}: ` +
        `it ${wrong}. It must return a new result instead of changing the one it is given.`,
      { details: { tool: this.#call.tool.entry.fullName } },
    );
  }

  /** What is to be done about a failure: the tool itself is asked first, then OnError. */
  async #recovery(
    failure: Failure,
    params: string,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<Recovery> {
    const error = failureData(failure);
    const { spec, entry } = this.#call.tool;
    if (spec.onError) {
      const own = await this.#ownRecovery(
        { error, attempt, arguments: JSON.parse(params) },
        signal,
      );
      if (own.action !== 'propagate') return own;
    }
    const fire = this.#pipeline.host.hooks.current.OnError;
    if (fire === null) return { action: 'propagate' };
    const payload = { tool: entry.fullName, plugin: entry.plugin.id, error, attempt };
    const given = await this.#settled(fire(payload, { context: this.#context, signal }));
    const decision = given as HookDecision | null;
    if (decision?.action === 'replace') return { action: 'replace', value: decision.value };
    if (decision?.action === 'retry') return { action: 'retry', delayMs: decision.delayMs ?? 0 };
    return { action: 'propagate' };
  }

  async #ownRecovery(failure: object, signal: AbortSignal | undefined): Promise<Recovery> {
    const { faultyOnError, host } = this.#pipeline;
    const { entry } = this.#call.tool;
    const bounds = new CallBounds(entry.fullName, ON_ERROR_MS, signal);
    try {
      const asked = this.#invoke('on_error', JSON.stringify(failure), signal);
      const recovery = readOwnRecovery(entry.fullName, await bounds.within(asked));
      faultyOnError.delete(entry.token);
      return recovery;
    } catch (cause) {
      this.#bounds.assertGoing();
      if (!faultyOnError.has(entry.token)) {
        faultyOnError.add(entry.token);
        const own = AisopodError.is(cause) && cause.code === 'ON_ERROR_FAILED';
        const why = AisopodError.from(cause).message;
        host.warn(entry.plugin.id, own ? cause : onErrorFailed(entry.fullName, why, cause));
      }
      return { action: 'propagate' };
    }
  }

  /** Waits before another attempt; false: there is no time for one. */
  async #paused(delayMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (delayMs > LONGEST_DELAY_MS || delayMs >= this.#bounds.remainingMs) return false;
    if (delayMs > 0) await this.#bounds.within(elapsed(delayMs, signal));
    return true;
  }

  /** What a hook gives, now or later; but not after the end of the call. */
  #settled(given: unknown): unknown {
    return given instanceof Promise ? this.#bounds.within(given) : given;
  }
}

/** Resolves after that many milliseconds, or when nobody waits any more. */
function elapsed(ms: number, signal: AbortSignal | undefined): Promise<void> {
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
