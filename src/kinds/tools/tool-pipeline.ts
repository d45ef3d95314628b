import type { InvokeOptions, ToolResult, ToolResultMetadata } from '../../instance/index.js';
import type { Entry } from '../../registry/index.js';
import type { PipelineHost } from './pipeline-host.js';
import type { ResultCache } from './result-cache.js';
import type { SerialiseArguments } from './tool-arguments.js';
import type { ToolSpec } from './tool-spec.js';

type PipedCalls = typeof import('./piped-call.js');

/** A call that was found legal, before anybody else had a say in it. */
export interface PreparedCall {
  readonly tool: {
    readonly entry: Entry;
    readonly spec: ToolSpec;
    readonly metadata: ToolResultMetadata;
  };
  /** The arguments as JSON. */
  readonly params: string;
  /** For other arguments. */
  readonly serialise: SerialiseArguments;
  readonly options: InvokeOptions;
}

/**
 * The way of a tool call past everybody who has a say in it. From the outside to the inside:
 * AfterToolExecute, the middleware, BeforeToolExecute, what is to be done about failures, the
 * answers that are kept, and the tool. docs/guide/tool-calls.md tells it for authors.
 */
export class ToolPipeline {
  readonly host: PipelineHost;
  /** null: no answer has been kept. */
  results: ResultCache | null = null;
  /** Tools whose own on_error failed, and that were not heard to succeed since: warned of once. */
  readonly faultyOnError = new WeakSet<Entry>();
  #calls = 0;
  /** null: no call has been piped, so nothing has loaded what it takes. */
  #piped: PipedCalls | null = null;

  constructor(host: PipelineHost) {
    this.host = host;
  }

  /** Whether anybody has a say in the calls of all tools, in this epoch. */
  get listens(): boolean {
    const { BeforeToolExecute, AfterToolExecute, OnError } = this.host.hooks.current;
    return (
      BeforeToolExecute !== null ||
      AfterToolExecute !== null ||
      OnError !== null ||
      this.host.middleware.current.tool !== null
    );
  }

  /**
   * Makes a call with all of that.
   * @throws AisopodError TOOL_BLOCKED, MIDDLEWARE_FAILED, NEXT_MISUSED, and what a call throws
   */
  async run(call: PreparedCall): Promise<ToolResult> {
    this.#calls += 1;
    const id = this.#calls;
    const lease = call.tool.entry.generation.enter();
    try {
      this.#piped ??= await import('./piped-call.js');
      return await this.#piped.runPiped(id, call, lease.instance, this);
    } finally {
      lease.leave();
    }
  }
}
