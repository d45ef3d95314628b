import type { RawRegistration } from '../../../src/abi/index.js';
import { AisopodError } from '../../../src/base/errors/index.js';
import type {
  Answer,
  Generation,
  InvokeOptions,
  PluginInstance,
} from '../../../src/instance/index.js';
import { HooksService } from '../../../src/kinds/hooks/index.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import { MiddlewareService } from '../../../src/kinds/middleware/index.js';
import { resultProblem, ToolsService } from '../../../src/kinds/tools/index.js';
import {
  Epoch,
  judgeBatch,
  type PluginBatch,
  type RegisteredPlugin,
  Registry,
} from '../../../src/registry/index.js';
import { makeDispatcher, makeGeneration } from '../../support/generations.js';

/** One call that reached the plugin. */
export interface SeenCall {
  readonly registration: number;
  readonly method: string;
  readonly params: string;
  readonly options: InvokeOptions;
}

export type Handler = (call: SeenCall) => Answer | Promise<Answer>;

/** A PluginInstance that keeps the contract of one and whose handlers are functions. */
export class FakeInstance implements PluginInstance {
  readonly timings = {};
  readonly warnings = [];
  readonly inFlight = 0;
  readonly calls: SeenCall[] = [];
  readonly #handlers: ReadonlyMap<number, Handler>;

  constructor(handlers: ReadonlyMap<number, Handler>) {
    this.#handlers = handlers;
  }

  invoke(
    registration: number,
    method: string,
    params: string,
    options: InvokeOptions,
  ): Answer | Promise<Answer> {
    const call = { registration, method, params, options };
    this.calls.push(call);
    const answer = this.#handlers.get(registration)?.(call) ?? ok(null);
    return answer instanceof Promise ? orCancelled(answer, options.signal) : answer;
  }

  register = () => Promise.resolve([] as RawRegistration[]);
  init = () => Promise.resolve();
  shutdown = () => Promise.resolve(null);
}

function orCancelled(answer: Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
  if (!signal) return answer;
  const cancelled = new Promise<Answer>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new AisopodError('CALL_CANCELLED', 'The caller cancelled the call.'));
    });
  });
  return Promise.race([answer, cancelled]);
}

export function ok(data: unknown): Answer {
  return { ok: true, json: JSON.stringify(data) };
}

/** What a tool is in these tests: its spec (a description is added) and its handler. */
export interface FakeTool {
  readonly spec?: object;
  readonly handler?: Handler;
}

export interface FakePlugin extends Partial<RegisteredPlugin> {
  readonly tools: Readonly<Record<string, FakeTool>>;
}

/** Tools over a real registry, and plugins that are functions. */
export function makeTools(plugins: Readonly<Record<string, FakePlugin>>) {
  const epoch = new Epoch();
  const registry = new Registry(KIND_DEFINITIONS, epoch, (delta) => tools.changed(delta));
  const instances: Record<string, FakeInstance> = {};
  const generations = new Map<string, Generation>();
  const batches: PluginBatch[] = [];
  let token = 0;
  for (const [id, { tools, ...about }] of Object.entries(plugins)) {
    const handlers = new Map<number, Handler>();
    const raws = Object.entries(tools).map(([name, { spec, handler }]): RawRegistration => {
      token += 1;
      if (handler) handlers.set(token, handler);
      const text = JSON.stringify({ description: `Does ${name}`, ...spec });
      return { token, kind: 'tool', name, spec: text, flags: 0 };
    });
    const plugin = {
      id,
      name: id,
      version: '1.0.0',
      trust: 'trusted',
      level: 0,
      ...about,
    } as const;
    const instance = new FakeInstance(handlers);
    const generation = makeGeneration(id, instance, { toolAttempts: 4 });
    instances[id] = instance;
    generations.set(id, generation);
    batches.push(judgeBatch(plugin, raws, KIND_DEFINITIONS, generation));
  }
  const dispatcher = makeDispatcher(registry, epoch, generations);
  const warnings: AisopodError[] = [];
  const note = (_: string, warning: AisopodError) => void warnings.push(warning);
  const reports = { warn: note, error: note, keepWarning: note };
  const hookMs = () => 5_000;
  const payloadProblems = { AfterToolExecute: resultProblem };
  const hooks = new HooksService({ dispatcher, hookMs, payloadProblems, ...reports });
  const middleware = new MiddlewareService({ dispatcher });
  const tools = new ToolsService({ dispatcher, hooks, middleware, warn: note });
  registry.apply({ add: batches });
  return { tools, registry, epoch, instances, generations, hooks, middleware, warnings };
}
