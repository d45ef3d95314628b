import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Status } from '../../../src/abi/index.js';
import { AisopodError } from '../../../src/base/errors/index.js';
import type { LoadRequest, ShutdownReason } from '../../../src/instance/index.js';
import type { PluginCall } from '../../../src/loaders/embedded/index.js';
import type { JsonValue, PluginApi } from '../../../src/plugin-api/index.js';

/**
 * What the subject of the contract tests is configured with. test/plugins/contract.c is the same plugin
 * in C.
 */
export interface SubjectConfig {
  /** A lifecycle function, which fails with DENIED. */
  readonly fail?: 'create' | 'register' | 'init' | 'configure' | 'save' | 'restore';
  /** A lifecycle function, which waits for the gate. */
  readonly hang?: 'init' | 'configure' | 'shutdown' | 'save' | 'restore';
  /** It registers a prompt too, which the host of these tests does not serve. */
  readonly unserved?: boolean;
  /** It registers a tool that must be refused, and ignores the refusal. */
  readonly refused?: boolean;
  /** What it subscribes to, where the instance delivers events. */
  readonly patterns?: readonly string[];
}

const SPEC = { description: 'For tests', parameters: { type: 'object' } };

type Tool = (params: never, call: PluginCall) => unknown;

/**
 * The subject in TypeScript. Each of its lifecycle functions leaves a line in the file `marks` of the
 * data directory; `gate` beside it is what its tools and functions wait for.
 */
export class Subject {
  readonly #marks: string;
  readonly #gate: string;
  readonly #report: (topic: string, name: string, status: number) => void;
  #config: string;
  /** What its tool `keep` was given last: its state. */
  #kept: unknown = null;
  /** Who saved the state that it has restored. */
  #from: unknown = null;

  constructor({ dataDir, config, events }: LoadRequest) {
    this.#marks = join(dataDir, 'marks');
    this.#gate = join(dataDir, 'gate');
    this.#config = config;
    this.#report = (topic, name, status) =>
      events.publication(topic, JSON.stringify({ name, status }), undefined);
  }

  register(api: PluginApi): void {
    this.#mark('register');
    this.#failIf('register', this.#config);
    for (const [name, tool] of Object.entries(this.tools)) api.registerTool(name, SPEC, tool);
    const { unserved = false, refused = false } = this.#parsed;
    if (unserved) ignoring(() => api.registerServer('greeting', {}, { start: () => {} }));
    if (refused) ignoring(() => api.registerTool('broken', SPEC, null as never));
  }

  init(): Promise<void> {
    return this.#step('init', this.#config);
  }

  async configure(proposed: string): Promise<void> {
    await this.#step('configure', proposed);
    this.#config = proposed;
  }

  async save(): Promise<JsonValue> {
    await this.#step('save', this.#config);
    return this.#kept as JsonValue;
  }

  /** @param state JSON, or its text as bytes, which is what a plugin in C reads and writes */
  async restore(state: unknown, from: unknown): Promise<void> {
    await this.#step('restore', this.#config);
    const isText = state instanceof Uint8Array;
    this.#kept = isText ? JSON.parse(Buffer.from(state).toString()) : state;
    this.#from = from;
  }

  async shutdown(reason: ShutdownReason): Promise<void> {
    this.#mark(`for ${reason}`);
    await this.#step('shutdown', this.#config);
  }

  destroy(): void {
    this.#mark('destroy');
  }

  readonly tools: Readonly<Record<string, Tool>> = {
    echo: async (params) => params,
    'echo-inline': (params) => params,
    context: async (_, { context }) => context,
    config: async () => JSON.parse(this.#config),
    fail: async (params) => fail(params),
    'fail-inline': (params) => fail(params),
    fill: async ({ bytes }: { bytes: number }) => 'x'.repeat(bytes - 2),
    wait: (params, call) => this.#wait(params, call),
    count: (params, call) => this.#count(params, call),
    progress: async (_, call) => {
      call.progress(0.25, 'a quarter');
      await this.#opened();
      call.progress(null);
      return null;
    },
    keep: async (params) => {
      this.#kept = params;
      return null;
    },
    kept: async () => ({ state: this.#kept, from: this.#from }),
  };

  async #wait({ deaf = false }: { deaf?: boolean }, { name, signal }: PluginCall) {
    this.#report('running', name, Status.OK);
    while (!existsSync(this.#gate)) {
      if (signal.aborted && !deaf) {
        const status = Status[(signal.reason as AisopodError).code as keyof typeof Status];
        this.#mark(`${name} stops: ${status}`);
        this.#report('stopped', name, status);
        throw signal.reason;
      }
      await setTimeout(1);
    }
    this.#report('returns', name, Status.OK);
    return 'through';
  }

  async #count({ count = 0 }: { count?: number }, call: PluginCall) {
    try {
      for (let i = 0; i < count; i++) {
        this.#report('sends', `${i}`, Status.OK);
        await call.chunk(i);
      }
      return count;
    } catch (error) {
      const status = Status[(error as AisopodError).code as keyof typeof Status];
      this.#report('stopped', call.name, status);
      throw error;
    }
  }

  async #step(name: string, config: string): Promise<void> {
    this.#mark(name);
    if ((JSON.parse(config) as SubjectConfig).hang === name) {
      await this.#opened();
      this.#mark(`${name} returns`);
    }
    this.#failIf(name, config);
  }

  #failIf(name: string, config: string): void {
    if ((JSON.parse(config) as SubjectConfig).fail === name) {
      throw new AisopodError('DENIED', `${name} fails on purpose`);
    }
  }

  async #opened(): Promise<void> {
    while (!existsSync(this.#gate)) await setTimeout(1);
  }

  #mark(line: string): void {
    appendFileSync(this.#marks, `${line}\n`);
  }

  get #parsed(): SubjectConfig {
    return JSON.parse(this.#config) as SubjectConfig;
  }
}

function fail({ code, message, details }: { code: number; message: string; details?: object }) {
  const name = Object.entries(Status).find(([, status]) => status === code)?.[0] ?? 'FAIL';
  throw new AisopodError(name as 'FAIL', message, details === undefined ? {} : { details });
}

function ignoring(register: () => void): void {
  try {
    register();
  } catch {
    // The host counts it all the same.
  }
}
