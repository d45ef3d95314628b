import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PluginHost } from '../../../src/index.js';
import { makePlugin } from '../../support/plugin-folder.js';
import { runBuilt, withBuild } from '../../support/run-built.js';
import { settled } from '../../support/settled.js';
import { closeAfterTest, makeHome } from '../open-host.js';

withBuild();

const PLUGINS = 1000;

/** Manifests as their authors write them: most say little, some much, and some what nothing reads. */
const MANIFESTS = [
  '',
  'description = "One of many"\nlicense = "MIT"\n',
  'surplus = true\n',
  '[capabilities]\ntools = ["ping", "about"]\n',
  '[capabilities]\ntools = ["ping", "more"]\n',
  '[config.properties]\nlevel = { type = "integer", default = 3 }\n',
];

/** Makes plugins that differ in their ids only: their libraries are one with its id replaced. */
function makeMany(plugins: string): void {
  const idOf = (i: number) => `many-${String(i).padStart(4, '0')}`;
  const library = join(makePlugin(plugins, { id: idOf(0), source: 'lifecycle.c' }), 'plugin.so');
  const bytes = readFileSync(library).toString('latin1');
  for (let i = 1; i < PLUGINS; i++) {
    const id = idOf(i);
    const folder = join(plugins, id);
    mkdirSync(folder);
    writeFileSync(join(folder, 'plugin.so'), bytes.replaceAll(idOf(0), id), 'latin1');
    const head = `[plugin]\nid = "${id}"\nversion = "1.0.0"\nentry = "plugin.so"\n`;
    writeFileSync(join(folder, 'aisopod.plugin.toml'), head + MANIFESTS[i % MANIFESTS.length]);
  }
}

/** The private copies that this process has open. */
function openedIn(home: string): Set<string> {
  const lines = readFileSync('/proc/self/maps', 'utf8').split('\n');
  const copies = join(home, 'cache', 'copies');
  return new Set(
    lines.flatMap((line) => /\/.*$/.exec(line) ?? []).filter((path) => path.startsWith(copies)),
  );
}

test.runIf(process.platform === 'linux')(
  'of 1000 plugins, the 3 are open that are called',
  async () => {
    const made = makeHome({ activation: undefined });
    const plugins = join(made.home, 'plugins');
    makeMany(plugins);
    const names = readdirSync(plugins, { recursive: true, encoding: 'utf8' });
    await settled(...names.map((name) => join(plugins, name)));
    // A library is never closed, so they register in another process.
    const first = await runBuilt(
      "const host = await PluginHost.open(args); await host.close(); console.log('registered');",
      made,
    );
    expect(first).toMatchObject({ code: 0, stdout: 'registered\n' });

    const host = await PluginHost.open(made);
    closeAfterTest(host);
    const states = () => {
      const counts: Record<string, number> = {};
      for (const { state } of host.plugins.list()) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    };
    expect(states()).toEqual({ registered: PLUGINS });
    expect(openedIn(made.home).size).toBe(0);
    expect(host.tools.list()).toHaveLength(2 * PLUGINS);
    for (const i of ['0007', '0500', '0999']) {
      expect(await host.tools.call(`many-${i}:ping`)).toMatchObject({ data: `many-${i}` });
    }
    expect(states()).toEqual({ registered: PLUGINS - 3, active: 3 });
    expect(host.plugins.list().filter(({ library }) => library !== null)).toHaveLength(3);
    expect(openedIn(made.home).size).toBe(3);
  },
  120_000,
);
