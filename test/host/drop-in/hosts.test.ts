import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PluginHost } from '../../../src/index.js';
import type { TestPlugin } from '../../support/plugin-folder.js';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { closeAfterTest, makeHome } from '../open-host.js';
import { putting, watchedHost, watching } from './watching.js';

withBuild();

const one: TestPlugin = { id: 'one', source: 'lifecycle.c' };
const two: TestPlugin = { id: 'two', source: 'lifecycle.c' };

/** The folders that this process watches, as the system counts them. */
function watches(): number {
  return readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^inotify wd/gm)?.length ?? 0;
      } catch {
        return 0; // it was closed meanwhile
      }
    })
    .reduce((sum, each) => sum + each, 0);
}

const descriptors = () => readdirSync('/proc/self/fd').length;

describe('watching', () => {
  test('by two hosts on one home brings each change to both', async () => {
    const made = makeHome({ watch: true });
    const hosts = [await PluginHost.open(made), await PluginHost.open(made)];
    for (const host of hosts) closeAfterTest(host);
    const seen = hosts.map(watching);
    const { move } = putting(join(made.home, 'plugins'));
    for (const plugin of [one, two]) {
      move(plugin);
      for (const [i, host] of hosts.entries()) {
        await seen[i]?.until(() => host.plugins.isActive(plugin.id));
        expect(seen[i]?.loads(plugin.id)).toBe(1);
      }
    }
    await hosts[0]?.close();
    rmSync(join(made.home, 'plugins', 'one'), { recursive: true });
    await seen[1]?.until(() => hosts[1]?.plugins.get('one') === undefined);
    expect(await hosts[1]?.tools.call('two:ping')).toMatchObject({ data: 'two' });
  });

  test.runIf(process.platform === 'linux')(
    'takes no more of the system as plugins come and go',
    async () => {
      const before = watches();
      const { host, folder, move, until, state } = await watchedHost({ plugins: [two] });
      const counts: number[][] = [];
      for (let i = 0; i < 5; i++) {
        move(one);
        await until(() => state('one') === 'active');
        rmSync(join(folder, 'one'), { recursive: true });
        await until(() => state('one') === undefined);
        counts.push([watches(), descriptors()]);
      }
      expect(counts.at(-1)?.[0]).toBeLessThanOrEqual(counts[1]?.[0] ?? 0);
      expect(counts.at(-1)?.[1]).toBeLessThanOrEqual((counts[1]?.[1] ?? 0) + 1);
      await host.close();
      expect(watches()).toBe(before);
    },
  );

  test('ends with close(), also while plugins come', async () => {
    const { host, move, until, state, changes } = await watchedHost();
    move(one);
    await until(() => state('one') !== undefined);
    await host.close();
    expect(['unloaded', 'abandoned']).toContain(state('one'));
    const count = changes.length;
    move(two);
    await new Promise(setImmediate);
    expect(changes).toHaveLength(count);
    expect(state('two')).toBeUndefined();
  });

  test('keeps no process running', async () => {
    const made = makeHome({ watch: true, plugins: [one] });
    const { code, stdout } = await runBuilt(
      `const host = await PluginHost.open(args);
       process.once('exit', () => console.log(host.plugins.get('one').state));`,
      made,
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'unloaded\n' });
  });
});

describe('a plugin', () => {
  test('whose folder others may write to is started once its mode is mended', async () => {
    const { host, folder, make, until, state } = await watchedHost();
    const from = make(one);
    chmodSync(from, 0o777);
    renameSync(from, join(folder, 'one'));
    await until(() => state('one') === 'refused');
    expect(host.plugins.get('one')?.error?.code).toBe('PATH_UNSAFE');
    chmodSync(join(folder, 'one'), 0o755);
    await until(() => state('one') === 'active');
  });

  test('whose library cannot be read is started once it can', async () => {
    const { folder, make, until, state, changes } = await watchedHost();
    const from = make(one);
    chmodSync(join(from, 'plugin.so'), 0);
    renameSync(from, join(folder, 'one'));
    await until(() => changes.length > 0 && state('one') !== undefined);
    chmodSync(join(folder, 'one', 'plugin.so'), 0o755);
    await until(() => state('one') === 'active');
  });

  test('that is half of a library is not opened', async () => {
    const { host, folder, make, until, state, loads } = await watchedHost();
    const from = make(one);
    const library = readFileSync(join(from, 'plugin.so'));
    writeFileSync(join(from, 'plugin.so'), library.subarray(0, library.length / 2));
    renameSync(from, join(folder, 'one'));
    await until(() => state('one') === 'failed_load');
    expect(host.plugins.get('one')?.error?.code).toBe('LIBRARY_FORMAT');
    writeFileSync(join(folder, 'one', 'plugin.so'), library);
    await until(() => state('one') === 'active');
    expect(loads('one')).toBe(1);
  });

  test('that lies loose is started once its manifest stands next to it', async () => {
    const { folder, make, until, state, host } = await watchedHost();
    const from = make(one);
    renameSync(join(from, 'plugin.so'), join(folder, 'one.so'));
    await until(() => host.plugins.list().some(({ error }) => error?.code === 'BARE_LIBRARY'));
    const manifest = readFileSync(join(from, 'aisopod.plugin.toml'), 'utf8');
    writeFileSync(join(folder, 'one.plugin.toml'), manifest.replace('plugin.so', 'one.so'));
    await until(() => state('one') === 'active');
    expect(host.plugins.list()).toHaveLength(1);
  });

  test('that is switched off is brought up to date when it is switched on', async () => {
    const { host, folder, make, until, changes } = await watchedHost({ plugins: [one] });
    await host.plugins.disable('one');
    const next = make({ ...one, version: '1.1.0' });
    rmSync(join(folder, 'one'), { recursive: true });
    renameSync(next, join(folder, 'one'));
    const seen = changes.length;
    await until(() => changes.length > seen);
    expect(host.plugins.get('one')).toMatchObject({ version: '1.0.0', state: 'disabled' });
    await host.plugins.enable('one');
    await until(() => changes.some(({ replaced }) => replaced.includes('one')));
    expect(host.plugins.get('one')).toMatchObject({ version: '1.1.0', state: 'active' });
  });

  test('that config.toml switches off is listed, and not started', async () => {
    const { folder, make, until, state, loads } = await watchedHost({
      toml: '[plugins.settings.one]\nenabled = false\n',
    });
    renameSync(make(one), join(folder, 'one'));
    await until(() => state('one') === 'disabled');
    expect(loads('one')).toBe(0);
  });

  test('of a search path that config.toml names later is started', async () => {
    const { host, make, until, state } = await watchedHost();
    const elsewhere = join(host.home.root, 'more');
    mkdirSync(elsewhere);
    renameSync(make(one), join(elsewhere, 'one'));
    writeFileSync(
      host.home.configFile,
      `[plugins.settings]\npaths = [${JSON.stringify(elsewhere)}]\n`,
    );
    await until(() => state('one') === 'active');
  });

  test('that the program loaded itself is not followed', async () => {
    const { host, make, move, until, state } = await watchedHost();
    const from = make(one);
    await host.plugins.loadPlugin(from);
    rmSync(from, { recursive: true });
    move(two);
    await until(() => state('two') === 'active');
    expect(await host.tools.call('one:ping')).toMatchObject({ data: 'one' });
  });
});
