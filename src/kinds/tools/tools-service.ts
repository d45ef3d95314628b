import { AisopodError } from '../../base/errors/index.js';
import {
  checkFunction,
  checkSignal,
  checkTimeout,
  readJson,
  readMembers,
  writeJson,
} from '../../base/json/index.js';
import { Validators } from '../../base/schema/index.js';
import { nearest, notFoundText, shortName } from '../../base/text/index.js';
import {
  type Answer,
  type BoundInvoke,
  CallBounds,
  type CallRoute,
  type InvokeOptions,
  type PluginInstance,
  type ToolResult,
  type ToolResultMetadata,
} from '../../instance/index.js';
import {
  type Dispatcher,
  type Entry,
  type RegistryDelta,
  type RegistrySnapshot,
  SnapshotView,
} from '../../registry/index.js';
import { ChunkStream } from './chunk-stream.js';
import type { ToolDefinitionOptions, ToolDefinitions } from './dialects/index.js';
import type { PipelineHost } from './pipeline-host.js';
import { toToolResult } from './to-tool-result.js';
import { amended, type ToolAmendment } from './tool-amendments.js';
import { argumentSerialiser, type SerialiseArguments, type Unvalidated } from './tool-arguments.js';
import type { ToolCallStream } from './tool-call-stream.js';
import { type ToolInfo, toToolInfo } from './tool-info.js';
import { ToolPipeline } from './tool-pipeline.js';
import type { ToolSpec } from './tool-spec.js';
import type { ToolCallOptions, ToolStreamOptions, Tools } from './tools.js';

/** What the tools need from the host. */
export interface ToolsHost extends PipelineHost {
  /** Its epoch advances with each change of the hooks and middleware too. */
  readonly dispatcher: Dispatcher;
  /** Reports that tools are described differently, although they are the same. */
  listedDifferently(): void;
}

/** What a call needs of a tool, looked up once for each name and epoch. */
interface Tool {
  readonly entry: Entry;
  readonly spec: ToolSpec;
  readonly metadata: ToolResultMetadata;
  readonly route: CallRoute;
  /** Of a call that says nothing of them. */
  readonly options: InvokeOptions;
  /** Its calls are more than asking it. */
  readonly piped: boolean;
  readonly invoke: BoundInvoke;
  readonly finish: (answer: Answer) => ToolResult;
  /** null: not compiled yet. */
  serialise: SerialiseArguments | null;
}

/** What is behind `host.tools`. */
export class ToolsService implements Tools {
  readonly #host: ToolsHost;
  readonly #validators = new Validators();
  readonly #pipeline: ToolPipeline;
  /** The tools called so far by the names they were called by. */
  #called = new Map<string, Tool>();
  /** What `#called` was looked up in. */
  #epoch = -1;
  /** By what was registered, over all epochs. */
  readonly #serialisers = new Map<Entry, SerialiseArguments>();
  readonly #infos: SnapshotView<readonly ToolInfo[]>;
  #amendments: readonly ToolAmendment[] = [];

  constructor(host: ToolsHost) {
    this.#host = host;
    this.#pipeline = new ToolPipeline(host);
    this.#infos = new SnapshotView(host.dispatcher, (snapshot) =>
      Object.freeze(snapshot.list('tool').map((entry) => this.#info(entry, snapshot))),
    );
  }

  list(): readonly ToolInfo[] {
    return this.#infos.current;
  }

  /** As list(), in the words of the plugins that registered them. */
  listAsRegistered(): readonly ToolInfo[] {
    const { snapshot } = this.#host.dispatcher;
    return snapshot.list('tool').map((entry) => toToolInfo(entry, snapshot.wireName(entry)));
  }

  get(name: string): ToolInfo | undefined {
    const { snapshot } = this.#host.dispatcher;
    const entry = snapshot.resolve('tool', name);
    return entry && this.#info(entry, snapshot);
  }

  call(name: string, args: unknown = {}, options?: ToolCallOptions): Promise<ToolResult> {
    // An async function would cost a tool that answers inline more than the way to it.
    try {
      return Promise.resolve(this.#answer(name, args, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #answer(
    name: string,
    args: unknown,
    options: ToolCallOptions | undefined,
  ): ToolResult | Promise<ToolResult> {
    const known =
      this.#epoch === this.#host.dispatcher.epoch.now ? this.#called.get(name) : undefined;
    if (known === undefined) {
      const entry = this.#host.dispatcher.snapshot.resolve('tool', name);
      const waits = entry?.generation.waits(`tool ${entry.name}`, options?.context) ?? null;
      if (entry !== undefined && waits !== null) {
        return this.#answerAfter(waits, entry, args, options);
      }
    }
    const tool = known ?? this.#find(name);
    const invoke = options === undefined ? tool.options : invokeOptions(options, tool);
    const serialise = tool.serialise ?? this.#compile(tool);
    const params = serialise(args);
    if (typeof params !== 'string') return this.#answerValidated(tool, params, invoke);
    if (!tool.piped) return tool.invoke(params, invoke, tool.finish);
    return this.#pipeline.run({ tool, params, serialise, options: invoke });
  }

  /** As #answer(), once the plugin takes calls again; the caller waits for both together. */
  async #answerAfter(
    waits: Promise<void>,
    entry: Entry,
    args: unknown,
    options: ToolCallOptions = {},
  ): Promise<ToolResult> {
    const { callMs } = entry.generation.limits;
    const given = invokeOptions(options, { entry, route: { callMs } });
    const bounds = new CallBounds(entry.fullName, given.timeoutMs, given.signal);
    const kept = copyOf(args);
    await bounds.within(waits);
    entry.generation.assertFollowed();
    bounds.assertGoing();
    return this.#answer(entry.fullName, kept, { ...given, timeoutMs: bounds.remainingMs });
  }

  /** As #answer(), once the arguments have been validated. */
  async #answerValidated(
    tool: Tool,
    unvalidated: Unvalidated,
    given: InvokeOptions,
  ): Promise<ToolResult> {
    const { entry, serialise } = tool;
    const lease = entry.generation.enter();
    try {
      const bounds = new CallBounds(entry.fullName, given.timeoutMs, given.signal);
      const params = await bounds.within(unvalidated.validated(() => bounds.wantedMs));
      const options = { ...given, timeoutMs: Math.max(1, bounds.remainingMs) };
      if (!tool.piped) return await tool.invoke(params, options, tool.finish);
      return await this.#pipeline.run({
        tool,
        params,
        serialise: serialise ?? this.#compile(tool),
        options,
      });
    } finally {
      lease.leave();
    }
  }

  stream(name: string, args: unknown = {}, options: ToolStreamOptions = {}): ToolCallStream {
    return new ChunkStream(
      (onChunk, signal) => this.call(name, args, { ...options, onChunk, signal }),
      options.signal,
    );
  }

  async definitions({ dialect, tools }: ToolDefinitionOptions): Promise<ToolDefinitions> {
    const chosen = tools === undefined ? this.list() : tools.map((name) => this.#named(name));
    // Few programs talk to models, so the others don't load it.
    const { defineTools } = await import('./dialects/index.js');
    return defineTools([...new Set(chosen)], dialect);
  }

  /** @throws AisopodError TOOL_NOT_FOUND */
  #named(name: string): ToolInfo {
    const info = this.list().find((tool) => tool.fullName === this.get(name)?.fullName);
    if (info !== undefined) return info;
    const { snapshot } = this.#host.dispatcher;
    throw notFound(name, snapshot, this.#host.dispatcher.whyAbsent('tool', String(name)));
  }

  /** Lets tools be described otherwise than their plugins do, until this is called again. */
  amend(amendments: readonly ToolAmendment[]): void {
    const isDifferent = amendments.length > 0 || this.#amendments.length > 0;
    this.#amendments = amendments;
    this.#infos.renew();
    if (isDifferent) this.#host.listedDifferently();
  }

  #info(entry: Entry, snapshot: RegistrySnapshot): ToolInfo {
    return amended(toToolInfo(entry, snapshot.wireName(entry)), this.#amendments);
  }

  /** The plugin would answer otherwise now: forgets its answers that are kept. */
  configured(pluginId: string): void {
    this.#pipeline.results?.forget(pluginId);
  }

  /** Forgets all about registrations that have gone. */
  changed({ removed }: RegistryDelta): void {
    this.#called.clear();
    for (const { entries } of removed) {
      for (const entry of entries) this.#serialisers.delete(entry);
    }
    const { results } = this.#pipeline;
    results?.forgetGenerations(new Set(removed.map(({ generation }) => generation)));
  }

  /** @throws AisopodError why it can't be called now */
  #find(name: string): Tool {
    const { snapshot, epoch } = this.#host.dispatcher;
    const { now } = epoch;
    if (this.#epoch !== now) this.#called = new Map();
    this.#epoch = now;
    const entry = snapshot.resolve('tool', name);
    if (!entry) {
      this.#host.dispatcher.assertOpen();
      throw notFound(name, snapshot, this.#host.dispatcher.whyAbsent('tool', String(name)));
    }
    const { id, version } = entry.plugin;
    const route = entry.generation.route();
    // Only toolDefinition makes the specs of this kind.
    const spec = entry.spec as ToolSpec;
    const isContent = spec.result === 'content';
    const metadata = Object.freeze({
      ...{ plugin: id, version, tool: entry.name },
      ...(isContent && ({ content: true } as const)),
    });
    const tool: Tool = {
      entry,
      spec,
      metadata,
      route,
      options: Object.freeze({ timeoutMs: route.callMs }),
      piped: spec.cacheTtlMs > 0 || spec.onError || isContent || this.#pipeline.listens,
      invoke: bind(entry, route.instance),
      finish: (answer) => toToolResult(answer, metadata),
      serialise: this.#serialisers.get(entry) ?? null,
    };
    // While others have to wait, only a call that the plugin itself waits for comes here.
    if (entry.generation.current !== null) this.#called.set(name, tool);
    return tool;
  }

  #compile(tool: Tool): SerialiseArguments {
    const { parameters: schema, patterns, expanded } = tool.spec;
    const { fullName } = tool.entry;
    try {
      const validate = this.#validators.get({ schema, patterns, expanded });
      tool.serialise = argumentSerialiser(fullName, schema, validate);
      this.#serialisers.set(tool.entry, tool.serialise);
      return tool.serialise;
    } catch (cause) {
      throw new AisopodError(
        'SCHEMA_INVALID',
        `The parameters of ${fullName} cannot be compiled: ${(cause as Error).message}. ` +
          `Report it to the author of plugin ${tool.entry.plugin.id}.`,
        { details: { tool: fullName }, cause },
      );
    }
  }
}

function bind({ token }: Entry, instance: PluginInstance): BoundInvoke {
  return (
    instance.bind?.(token) ??
    ((params, options, finish) => {
      const answer = instance.invoke(token, 'invoke', params, options);
      return answer instanceof Promise ? answer.then(finish) : finish(answer);
    })
  );
}

const CALL_OPTIONS = ['signal', 'timeoutMs', 'onChunk', 'onProgress', 'context'] as const;

/** What the arguments say now: their caller may change them while the call waits. */
function copyOf(args: unknown): unknown {
  try {
    return readJson(writeJson(args));
  } catch {
    return args; // the call says what is wrong with them
  }
}

function invokeOptions(
  options: ToolCallOptions,
  { entry, route }: { readonly entry: Entry; readonly route: Pick<CallRoute, 'callMs'> },
): InvokeOptions {
  const what = `a call of ${entry.fullName}`;
  const { timeoutMs = route.callMs, ...others } = readMembers(what, options, CALL_OPTIONS);
  const { signal, onChunk, onProgress, context } = others;
  checkFunction(what, 'onChunk', onChunk);
  checkFunction(what, 'onProgress', onProgress);
  checkSignal(what, signal);
  checkTimeout(what, timeoutMs);
  if (signal?.aborted) {
    throw new AisopodError(
      'CALL_CANCELLED',
      `The call of ${entry.fullName} was cancelled before it began.`,
      { details: { tool: entry.fullName }, cause: signal.reason },
    );
  }
  return { timeoutMs, signal, onChunk, onProgress, context };
}

function notFound(name: string, snapshot: RegistrySnapshot, owner: string | null): AisopodError {
  const given = shortName(name);
  const leftOut = snapshot.leftOut('tool', name);
  if (leftOut !== undefined) {
    const { code: reason, message } = leftOut.warning;
    return new AisopodError('TOOL_NOT_FOUND', message, {
      details: { tool: given, similar: null, reason },
    });
  }
  const similar = nearest(given, snapshot.names('tool'));
  const message = notFoundText('tool', given, { similar, owner, list: 'aisopod tools list' });
  return new AisopodError('TOOL_NOT_FOUND', message, { details: { tool: given, similar } });
}
