import {
  type Answer,
  CallBounds,
  type CallContext,
  type InvokeOptions,
  issue,
  type PluginInstance,
} from '../../instance/index.js';
import type { PreparedCall, ToolPipeline } from './tool-pipeline.js';

/** What belongs to one tool call, over all that is done for it. */
export class CallScope {
  readonly id: number;
  readonly call: PreparedCall;
  /** Whose tool is called: the same one however long the call takes. */
  readonly instance: PluginInstance;
  readonly pipeline: ToolPipeline;
  readonly bounds: CallBounds;
  /** By its trace id, what hooks, middleware and the tool hear of the call belongs together. */
  readonly context: CallContext;

  constructor(id: number, call: PreparedCall, instance: PluginInstance, pipeline: ToolPipeline) {
    const { timeoutMs, signal, context } = call.options;
    this.id = id;
    this.call = call;
    this.instance = instance;
    this.pipeline = pipeline;
    this.bounds = new CallBounds(call.tool.entry.fullName, timeoutMs, signal);
    const traceId = context?.traceId ?? crypto.randomUUID().replaceAll('-', '');
    this.context = issue({ ...context, traceId });
  }

  /** Full name of the tool. */
  get tool(): string {
    return this.call.tool.entry.fullName;
  }

  /** Id of its plugin. */
  get plugin(): string {
    return this.call.tool.entry.plugin.id;
  }

  /** @throws AisopodError ARGUMENTS_INVALID; as rejection also VALIDATION_DEADLINE and the end of the call */
  serialise(args: unknown): string | Promise<string> {
    const params = this.call.serialise(args);
    if (typeof params === 'string') return params;
    return this.bounds.within(params.validated(() => this.bounds.wantedMs));
  }

  /** What a hook gives, now or later; but not after the end of the call. */
  settled<T>(given: T | Promise<T>): T | Promise<T> {
    return given instanceof Promise ? this.bounds.within(given) : given;
  }

  /** Asks the handler of the tool, for as long as the call may still take. */
  ask(method: string, params: string, options: Partial<InvokeOptions>): Answer | Promise<Answer> {
    this.bounds.assertGoing();
    const { timeoutMs = Number.POSITIVE_INFINITY } = options;
    return this.instance.invoke(this.call.tool.entry.token, method, params, {
      ...options,
      context: this.context,
      timeoutMs: Math.min(timeoutMs, this.bounds.remainingMs),
    });
  }
}
