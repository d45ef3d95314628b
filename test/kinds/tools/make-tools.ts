import type { RawRegistration } from '../../../src/abi/index.js';
import type { AisopodError } from '../../../src/base/errors/index.js';
import type { Generation } from '../../../src/instance/index.js';
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
import { FakeInstance, type Handler, ok } from '../../support/fake-instance.js';
import { makeDispatcher, makeGeneration } from '../../support/generations.js';

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
      handlers.set(token, handler ?? (() => ok(null)));
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
    const instance = FakeInstance.active(handlers);
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
  const tools = new ToolsService({
    dispatcher,
    hooks,
    middleware,
    warn: note,
    listedDifferently() {},
  });
  registry.apply({ add: batches });
  return { tools, registry, epoch, instances, generations, hooks, middleware, warnings };
}
