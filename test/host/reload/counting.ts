import type { Plugin, PluginApi, PluginContext, PluginHost } from '../../../src/index.js';
import { openHost } from '../open-host.js';

/** One generation of counting(). */
export class Run {
  count = 0;
  readonly events: unknown[] = [];
  readonly late: unknown[] = [];

  constructor(readonly build: number) {}

  register(api: PluginApi): void {
    api.registerTool('count', { description: 'Counts.' }, () => {
      this.count += 1;
      return { build: this.build, count: this.count };
    });
    api.registerHook('DaemonServerRegister', {}, () => ({ build: this.build }));
    api.registerCommand('which', { description: 'Says its build.' }, () => ({
      output: String(this.build),
    }));
    api.registerMiddleware('around', { chain: 'message' }, async (value, next) => {
      const { message, ...rest } = value as { message: unknown };
      return next({ ...rest, message: { by: this.build, message } });
    });
    api.subscribe('news.*', ({ data }) => void this.events.push(data));
  }

  init({ messaging, events }: PluginContext): void {
    messaging.onMessage(() => this.build);
    events.subscribe('late.*', ({ data }) => void this.late.push(data));
  }
}

/** A plugin that counts over its reloads, and says which of its builds answers. */
export function counting(more: Partial<Plugin> = {}) {
  const runs: Run[] = [];
  const newest = () => runs.at(-1) as Run;
  const plugin: Plugin = {
    id: 'counter',
    version: '1.0.0',
    register(api) {
      runs.push(new Run(runs.length + 1));
      newest().register(api);
    },
    init: (context) => newest().init(context),
    saveState: () => newest().count,
    restoreState(state) {
      newest().count = state as number;
    },
    ...more,
  };
  return { plugin, runs };
}

/** Opens a host with these plugins. */
export async function hostWith(...plugins: Plugin[]): Promise<PluginHost> {
  const host = await openHost();
  for (const plugin of plugins) {
    const { error } = await host.register(plugin);
    if (error !== null && error.code !== 'INIT_FAILED') throw new Error(error.message);
  }
  return host;
}

/** Resolves when a plugin comes into a phase. */
export function nextPhase(host: PluginHost, phase: string, plugin = 'counter'): Promise<void> {
  return new Promise((resolve) => {
    host.events.on('phase', ({ id, to }) => {
      if (to === phase && id === plugin) resolve();
    });
  });
}
