// Finding 1000 plugins without opening any, against reading the 1000 manifests: with nothing known
// of them, and with what an earlier host has kept in `state`, which each round reads again. Starting a host
// on 1000 plugins that have registered before, against the same.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PluginHost } from '../../dist/index.js';
import { flush } from '../flush.mjs';
import { ROOT } from '../paths.mjs';
import { compare } from '../rounds.mjs';
import { makeHome } from './echo-home.mjs';

const PLUGINS = 1000;

/** Files changed so shortly before are not remembered. */
const SETTLED_MS = 200;

export async function start({ snapshot = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  const files = Array.from({ length: PLUGINS }, (_, i) => makePlugin(home, `plugin-${i}`));
  if (snapshot) {
    await setTimeout(SETTLED_MS);
    const host = PluginHost.create({ home, env: {} });
    host.discover();
    await host.close();
    if (!existsSync(join(home, 'state', 'plugins.json'))) throw new Error('nothing was kept');
  }
  flush();
  const result = await compare({
    per: PLUGINS,
    rounds: 9,
    ours: () => PluginHost.create({ home, env: {} }).discover(),
    theirs: () => {
      for (const file of files) readFileSync(file);
    },
  });
  rmSync(home, { recursive: true, force: true });
  return result;
}

/** Starts a host on plugins that wait until they are needed. */
export async function startDormant() {
  const home = makeHome(mkdtempSync(join(tmpdir(), 'aisopod-bench-')), 0, PLUGINS);
  const plugins = join(home, 'plugins');
  const files = readdirSync(plugins).map((id) => join(plugins, id, 'aisopod.plugin.toml'));
  await setTimeout(SETTLED_MS);
  // What a process has opened, it keeps open.
  execFileSync(process.execPath, [join(ROOT, 'bench', 'rows', 'start-child.mjs'), home]);
  flush();
  const hosts = [];
  const result = await compare({
    per: PLUGINS,
    rounds: 9,
    ours: async () => hosts.push(await PluginHost.open({ home, env: {} })),
    theirs: () => {
      for (const file of files) readFileSync(file);
    },
  });
  const dormant = hosts[0].plugins.list().filter((plugin) => plugin.dormant);
  if (dormant.length !== PLUGINS) throw new Error('not all plugins wait');
  for (const host of hosts) await host.close();
  rmSync(home, { recursive: true, force: true });
  return result;
}

function makePlugin(home, id) {
  const folder = join(home, 'plugins', id);
  mkdirSync(folder, { recursive: true });
  const manifest = `[plugin]
id = "${id}"
version = "1.0.0"
entry = "plugin.so"
description = "One of many"

[capabilities]
tools = ["one", "two"]

[compatibility]
host = ">=0.1.0"
`;
  writeFileSync(join(folder, 'plugin.so'), 'not opened');
  writeFileSync(join(folder, 'aisopod.plugin.toml'), manifest);
  return join(folder, 'aisopod.plugin.toml');
}
