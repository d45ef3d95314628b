import { cpSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type HostOptions, PluginHost } from '../../../src/index.js';
import { makePlugin, type TestPlugin } from '../../support/plugin-folder.js';
import { closeAfterTest, type HomeOptions, makeHome, newFolder } from '../open-host.js';

/** What a host reports while it follows its folders. */
export function watching(host: PluginHost) {
  const changes: Record<'started' | 'replaced' | 'stopped' | 'refused', readonly string[]>[] = [];
  const phases: string[] = [];
  const reloads: string[] = [];
  const errors: { readonly code: string; readonly message: string }[] = [];
  let wake = () => {};
  host.events.on('pluginFiles', (change) => {
    changes.push(change);
    wake();
  });
  host.events.on('phase', ({ id, from, to }) => {
    phases.push(`${id} ${to}`);
    if (from === 'draining' && to === 'active') reloads.push(id);
    wake();
  });
  host.events.on('watchError', (error) => {
    errors.push(error);
    wake();
  });
  /** Waits until that is so, looking again at each event of the host. */
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  /** How often a plugin came into a phase since the host was opened. */
  const count = (id: string, phase: string) =>
    phases.filter((each) => each === `${id} ${phase}`).length;
  return {
    changes,
    errors,
    until,
    count,
    /** How often a plugin was loaded or reloaded since the host was opened. */
    loads: (id: string) => count(id, 'loaded') + reloads.filter((each) => each === id).length,
    /** Waits until the host has followed a change after this. */
    async nextChange() {
      const seen = changes.length;
      await until(() => changes.length > seen);
      return changes.at(-1);
    },
  };
}

/** Opens a host that watches a home of its own. */
export async function watchedHost(options: HomeOptions = {}) {
  const host = await PluginHost.open(makeHome({ watch: true, ...options }));
  closeAfterTest(host);
  const folder = host.home.plugins;
  const seen = watching(host);
  /** Waits until the host is as one that starts on the same folders now. */
  const sameAsFresh = async () => {
    const fresh = JSON.stringify(await freshSummary(host));
    await seen.until(() => JSON.stringify(summaryOf(host)) === fresh);
  };
  return { host, folder, ...seen, ...putting(folder), state: stateIn(host), sameAsFresh };
}

/** Ways to put plugins into a folder. */
export function putting(folder: string) {
  const elsewhere = newFolder();
  /** Makes a plugin outside of the folder. */
  const make = (plugin: TestPlugin) => makePlugin(join(elsewhere, String(Math.random())), plugin);
  return {
    make,
    /** By rename, as a whole. */
    move: (plugin: TestPlugin, as = plugin.id) => renameSync(make(plugin), join(folder, as)),
    /** File by file, as `cp -r` does. */
    copy(plugin: TestPlugin, as = plugin.id) {
      mkdirSync(join(folder, as), { recursive: true });
      cpSync(make(plugin), join(folder, as), { recursive: true });
    },
  };
}

export function stateIn(host: PluginHost) {
  return (id: string) => host.plugins.get(id)?.state;
}

/** What a host has, to be compared with what another one has that starts on the same folders. */
export function summaryOf(host: PluginHost) {
  const rows = host.plugins.list().map(({ id, version, state, path, error, tools }) => {
    return { id, version, state, path, code: error?.code ?? null, tools };
  });
  return rows.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The same of a host that starts on the folders of another one now. */
export async function freshSummary(host: PluginHost, options: HostOptions = {}) {
  const fresh = await PluginHost.open({ home: host.home.root, env: {}, ...options });
  const summary = summaryOf(fresh);
  await fresh.close();
  return summary;
}
