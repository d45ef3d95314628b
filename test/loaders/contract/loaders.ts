import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { RawRegistration } from '../../../src/abi/index.js';
import { DEFAULT_LIMITS, type Limits } from '../../../src/config/index.js';
import { PluginActivity } from '../../../src/host/scope/plugin-activity.js';
import type {
  Answer,
  LoadRequest,
  PluginInstance,
  RequestHandlers,
} from '../../../src/instance/index.js';
import { KIND_DEFINITIONS } from '../../../src/kinds/index.js';
import { answerOf, failureOf } from '../../../src/loaders/embedded/answer.js';
import { embeddedLoader, type PluginCall } from '../../../src/loaders/embedded/index.js';
import { runRegister } from '../../../src/plugin-api/run-register.js';
import { temporaryFolder } from '../../support/compile-library.js';
import { type FakeCall, FakeInstance, type Handler } from '../../support/fake-instance.js';
import { load } from '../native/load-native.js';
import { Reports } from '../reports.js';
import { Subject, type SubjectConfig } from './subject.js';

/** What a loader may lack, since the contract leaves it open. */
export type Capability =
  | 'create'
  | 'refusals'
  | 'warnings'
  | 'limits of lifecycle functions'
  | 'configure'
  | 'requests'
  | 'events'
  | 'counters'
  | 'bind'
  | 'single'
  | 'state'
  | 'pause'
  | 'again';

export interface SubjectSetup {
  readonly config?: SubjectConfig;
  readonly limits?: Partial<Limits>;
  readonly requests?: RequestHandlers;
  /** The plugin allows one instance in the process. */
  readonly single?: boolean;
}

export interface LoadedSubject {
  readonly instance: PluginInstance;
  readonly dataDir: string;
  readonly reported: readonly (readonly unknown[])[];
  next: Reports['next'];
  /** Makes another instance, without opening anything, with the same data directory. */
  again(): Promise<PluginInstance>;
}

export interface ContractLoader {
  readonly name: string;
  /** By what it lacks, why. */
  readonly lacks: Readonly<Partial<Record<Capability, string>>>;
  load(setup: SubjectSetup): Promise<LoadedSubject>;
}

const root = temporaryFolder();

/** Every way to make a PluginInstance, and the fake that tests of the rooms above use. */
export const LOADERS: readonly ContractLoader[] = [
  {
    name: 'native',
    lacks: {},
    load: ({ single = false, ...setup }) =>
      load('contract.c', {
        ...setup,
        flags: single ? ['-DPLUGIN_FLAGS=AISOPOD_PLUGIN_SINGLE'] : [],
      }),
  },
  {
    name: 'embedded',
    lacks: {
      create: 'a plugin in TypeScript is an object that is there already',
      requests: 'a plugin in TypeScript calls the functions of its context instead',
      events: 'a plugin in TypeScript subscribes at the bus itself',
      counters: 'its calls wait in no queue whose time could be counted',
      bind: 'invoke() crosses no border that binding could make cheaper',
      single:
        'the host claims the id of such a plugin; its test is test/host/embedded-single.test.ts',
    },
    async load(setup) {
      const { request, ...seen } = requestFor(setup);
      const loaded = await embeddedLoader(embeddedSubject).load(request);
      const again = async () => loaded.instantiate(request);
      return { instance: await again(), ...seen, again };
    },
  },
  {
    name: 'the fake of the tests',
    lacks: {
      create: 'no test needs a plugin that is not made',
      refusals: 'tests give it registrations that are legal',
      warnings: 'tests give it registrations that are served',
      'limits of lifecycle functions': 'no test lets it exceed them',
      configure: 'no test proposes a configuration to it',
      requests: 'its handlers are functions of the test, which need no request',
      events: 'no test delivers events to it',
      counters: 'no test counts its calls so',
      bind: 'invoke() is as fast as the test needs',
      single: 'no test makes two of them that exclude each other',
      pause: 'nothing of it runs by itself that could be held back',
      again: 'a test makes another fake by itself',
    },
    async load(setup) {
      const { request, ...seen } = requestFor(setup);
      const again = () => Promise.reject(new Error('the fake has no loader'));
      return { instance: fakeSubject(request), ...seen, again };
    },
  },
];

function requestFor({ config = {}, limits, requests = new Map() }: SubjectSetup) {
  const dataDir = mkdtempSync(join(root, 'data-'));
  mkdirSync(dataDir, { recursive: true });
  const reports = new Reports();
  const request: LoadRequest = {
    manifest: { plugin: { id: 'probe', version: '1.0.0' } } as LoadRequest['manifest'],
    manifestFile: null,
    entry: '',
    dataDir,
    config: JSON.stringify(config),
    limits: { ...DEFAULT_LIMITS, ...limits },
    accept: [],
    kinds: [{ kind: 'tool', names: 'unique' }],
    signal: () => new AbortController().signal,
    requests,
    events: reports.events,
  };
  return { request, dataDir, reported: reports.all, next: reports.next.bind(reports) };
}

function embeddedSubject(request: LoadRequest) {
  const subject = new Subject(request);
  const { kinds, limits } = request;
  const activity = new PluginActivity();
  const silent = () => {};
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  return {
    register: () =>
      runRegister('probe', (api) => subject.register(api), {
        kinds: new Map(
          [...KIND_DEFINITIONS].filter(([kind]) => kinds.some((served) => served.kind === kind)),
        ),
        registrations: limits.registrations,
      }),
    init: () => subject.init(),
    configure: (config: string) => subject.configure(config),
    shutdown: ({ reason }: { reason: 'close' | 'unload' | 'reload' | 'undo' }) =>
      subject.shutdown(reason),
    state: {
      format: 7,
      save: () => subject.save(),
      restore: (state: unknown, from: unknown) => subject.restore(state, from),
    },
    pause: (limitMs: number) => activity.pause(limitMs),
    resume: () => activity.resume(),
    loggerFor: () => logger,
    release: () => subject.destroy(),
  };
}

function fakeSubject(request: LoadRequest): FakeInstance {
  const subject = new Subject(request);
  const registrations: RawRegistration[] = [];
  const handlers = new Map<number, Handler>();
  for (const [name, tool] of Object.entries(subject.tools)) {
    const token = registrations.length + 1;
    registrations.push({ token, kind: 'tool', name, spec: '{}', flags: 0 });
    handlers.set(token, (call) =>
      answer(() => tool(JSON.parse(call.params) as never, seenBy(call, name))),
    );
  }
  return new FakeInstance({
    registrations,
    handlers,
    limits: request.limits,
    register: () => subject.register({ registerTool: () => {} } as never),
    init: () => subject.init(),
    shutdown: (reason) => subject.shutdown(reason),
    save: async () => Buffer.from(JSON.stringify(await subject.save())),
    restore: ({ bytes, format, version, build }) =>
      subject.restore(bytes, { format, version, build }),
    end: () => subject.destroy(),
  });
}

/** A call of the fake, as a handler in TypeScript sees it. */
function seenBy(call: FakeCall, name: string): PluginCall {
  const { method, signal, options } = call;
  return {
    name,
    method,
    signal,
    context: { traceId: '0'.repeat(32), ...options.context },
    chunk: (value: unknown) => call.chunk(value),
    progress: (fraction: number | null, note?: string) => call.progress(fraction, note ?? null),
  } as PluginCall;
}

function answer(run: () => unknown): Answer | Promise<Answer> {
  const limit = Number.POSITIVE_INFINITY;
  try {
    const returned = run();
    if (!(returned instanceof Promise)) return answerOf(returned, limit);
    return returned.then((value) => answerOf(value, limit), failureOf);
  } catch (error) {
    return failureOf(error);
  }
}

/** The loaders that have a capability; capabilities.test.ts says what of the others can be seen. */
export function having(capability: Capability): readonly ContractLoader[] {
  return LOADERS.filter(({ lacks }) => !(capability in lacks));
}
