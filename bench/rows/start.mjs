// Finding 1000 plugins without opening any, against reading the 1000 manifests.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginHost } from '../../dist/index.js';
import { compare } from '../rounds.mjs';

const PLUGINS = 1000;

export async function start() {
  const home = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  const files = Array.from({ length: PLUGINS }, (_, i) => makePlugin(home, `plugin-${i}`));
  const host = PluginHost.create({ home, env: {} });
  const result = await compare({
    per: PLUGINS,
    rounds: 9,
    ours: () => host.discover(),
    theirs: () => {
      for (const file of files) readFileSync(file);
    },
  });
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
