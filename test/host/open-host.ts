import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HostOptions, type Logger, PluginHost } from '../../src/index.js';
import { temporaryFolder } from '../support/compile-library.js';
import { makePlugin, type TestPlugin } from '../support/plugin-folder.js';

const folder = temporaryFolder();

/** A new, empty folder; removed when the test file is done. */
export function newFolder(): string {
  return mkdtempSync(join(folder, 'x-'));
}

/** What makeHome() is given besides the options of the host. */
export interface HomeOptions extends Omit<HostOptions, 'home'> {
  readonly plugins?: readonly TestPlugin[];
  /** config.toml. */
  readonly toml?: string;
  /** The configuration of the plugins, by id; goes into config.toml too. */
  readonly pluginConfig?: Readonly<Record<string, object>>;
}

/**
 * A home of its own with plugins in it, and the options that open a host on it. Its plugins start with the host,
 * also when another host has been there before.
 */
export function makeHome(options: HomeOptions = {}): HostOptions & { readonly home: string } {
  const { plugins = [], toml = '', pluginConfig = {}, ...rest } = options;
  const home = newFolder();
  mkdirSync(join(home, 'plugins'));
  for (const plugin of plugins) makePlugin(join(home, 'plugins'), plugin);
  const tables = Object.entries(pluginConfig).map(
    ([id, config]) => `[plugins.${id}]\n${toToml(config)}`,
  );
  writeFileSync(join(home, 'config.toml'), [toml, ...tables].join('\n'));
  return { home, env: {}, activation: 'startup', ...rest };
}

/** Opens a host on a home of its own; it is closed when the test is over. */
export async function openHost(options: HomeOptions = {}): Promise<PluginHost> {
  const host = await PluginHost.open(makeHome(options));
  closeAfterTest(host);
  return host;
}

/** Closes a host when the test is over; nothing in it waits for a gate then. */
export function closeAfterTest(host: PluginHost): void {
  onTestFinished(() => {
    for (const each of gates) each.open();
    return host.close();
  });
}

/** JSON is TOML, where the keys of objects stand before `=`. */
function toToml(config: object): string {
  return Object.entries(config)
    .map(([key, value]) => `${key} = ${inline(value)}\n`)
    .join('');
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `"${key}" = ${inline(each)}`);
  return `{ ${members.join(', ')} }`;
}

/** The lines that a `lifecycle.c` plugin has left in its data directory. */
export function marksOf(home: string, id: string): string[] {
  return linesOf(join(home, 'data', id, 'marks')).map((line) => line.replace(`${id} `, ''));
}

/** The lines of a file, none while it is not there. */
export function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

/** A logger that keeps what it is given. */
export function recordingLogger() {
  const lines: { level: string; text: string; [key: string]: unknown }[] = [];
  const write = (level: string) => (data: object, text: string) => {
    lines.push({ ...data, level, text });
  };
  const logger: Logger = {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  return { logger, lines };
}

/** What a plugin of test/plugins says with probe_report(). */
export interface Told {
  readonly topic: string;
  readonly name: string;
  readonly status: number;
}

/** Collects what the plugins of a host report, in order; `next` waits for it if need be. */
export function listen(host: PluginHost) {
  const heard: Told[] = [];
  let wake = () => {};
  host.events.on('event', ({ topic, data }) => {
    heard.push({ topic, ...(data as Omit<Told, 'topic'>) });
    wake();
  });
  return {
    heard,
    /** The oldest with this topic that was not taken yet. */
    async next(topic: string): Promise<Told> {
      for (;;) {
        const at = heard.findIndex((each) => each.topic === topic);
        if (at >= 0) return heard.splice(at, 1)[0] as Told;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** A promise that is resolved from outside. */
export function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A file that handlers and lifecycle functions wait for. */
export interface Gate {
  readonly path: string;
  open(): void;
}

const gates = new Set<Gate>();

/** A gate that is opened by open(), and at the latest when the test is over. */
export function makeGate(): Gate {
  const path = join(newFolder(), 'gate');
  const gate = { path, open: () => writeFileSync(path, '') };
  gates.add(gate);
  onTestFinished(() => {
    gate.open();
    gates.delete(gate);
  });
  return gate;
}
