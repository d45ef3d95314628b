import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { RawRegistration, ServedKind } from '../../../src/abi/index.js';
import { DEFAULT_LIMITS, type Limits } from '../../../src/config/index.js';
import { resolveHome } from '../../../src/home/paths/index.js';
import type {
  Answer,
  InvokeOptions,
  LoadRequest,
  PluginInstance,
  RequestHandlers,
} from '../../../src/instance/index.js';
import { KnownLibraries } from '../../../src/loaders/native/copies/known-libraries.js';
import { nativeLoader } from '../../../src/loaders/native/index.js';
import { readManifest, resolveEntry } from '../../../src/packages/manifest/index.js';
import { temporaryFolder } from '../../support/compile-library.js';
import { makePlugin, type TestPlugin } from '../../support/plugin-folder.js';
import { Reports } from '../reports.js';

const root = temporaryFolder();
const opened: PluginInstance[] = [];
let count = 0;

export interface Setup {
  readonly limits?: Partial<Limits>;
  readonly requests?: RequestHandlers;
  readonly config?: object;
  /** Default: never aborted. */
  readonly signal?: AbortSignal;
  /** What the host serves; default: tools. */
  readonly kinds?: readonly ServedKind[];
  /** More for the compiler. */
  readonly flags?: readonly string[];
}

/** Loads a plugin of test/plugins by the loader alone, and records what it reports. */
export async function load(source: TestPlugin['source'], setup: Setup = {}) {
  const { flags = [] } = setup;
  const folder = makePlugin(join(root, `${++count}`), { id: 'probe', source, flags });
  return loadFolder(folder, setup);
}

/** The same for a folder with a manifest. */
export async function loadFolder(folder: string, setup: Setup = {}) {
  const parent = join(root, `${++count}`);
  mkdirSync(parent);
  const { manifest } = readManifest(join(folder, 'aisopod.plugin.toml'));
  if (manifest === null) throw new Error('the manifest was not read');
  const reports = new Reports();
  const dataDir = join(parent, 'data');
  mkdirSync(dataDir);
  const libraries = new KnownLibraries(resolveHome({ home: join(parent, 'home'), env: {} }));
  const request: LoadRequest = {
    manifest,
    manifestFile: null,
    entry: resolveEntry(manifest).real,
    dataDir,
    config: JSON.stringify(setup.config ?? {}),
    limits: { ...DEFAULT_LIMITS, ...setup.limits },
    accept: [],
    kinds: setup.kinds ?? [{ kind: 'tool', names: 'unique' }],
    requests: setup.requests ?? new Map(),
    events: reports.events,
    signal: () => setup.signal ?? new AbortController().signal,
  };
  const loader = nativeLoader(libraries);
  const loaded = await loader.load(request);
  const { library } = loaded;
  const instance = await loaded.instantiate(request);
  opened.push(instance);
  const kept = (other: PluginInstance) => {
    opened.push(other);
    return other;
  };
  return {
    instance,
    library,
    dataDir,
    /** Makes another instance without opening anything. */
    again: async () => kept(await loaded.instantiate(request)),
    /** The instance of the next generation of a reload. */
    async reload() {
      const next = await loader.load({ ...request, copyOwn: true });
      return { ...next, instance: kept(await next.instantiate(request)) };
    },
    reported: reports.all,
    next: reports.next.bind(reports),
  };
}

afterAll(() => Promise.all(opened.map((instance) => instance.shutdown(0, 'close'))));

/** The same, registered and initialised, with calls by name. */
export async function serve(source: TestPlugin['source'], setup: Setup = {}) {
  const loaded = await load(source, setup);
  const { instance } = loaded;
  const registrations = await instance.register();
  await instance.init();
  const call = (name: string, params: unknown = {}, options: Partial<InvokeOptions> = {}) =>
    instance.invoke(tokenOf(registrations, name), 'invoke', JSON.stringify(params), {
      timeoutMs: 30_000,
      ...options,
    });
  return { ...loaded, registrations, call };
}

export function tokenOf(registrations: readonly RawRegistration[], name: string): number {
  const found = registrations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is not registered`);
  return found.token;
}

export const ok = (value: unknown): Answer => ({ ok: true, json: JSON.stringify(value) });
