// rows/registrations.mjs with plugins in C: opening 100 of them that register 100 tools each, which all
// have the same names, against a tenth of them, ten times.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT, ROOT } from '../paths.mjs';
import { median } from '../rounds.mjs';

const PLUGINS = 100;
const EACH = 100;
const PARTS = 10;

/** Each run needs a process of its own, since a library is never closed. */
export async function openManyNative(rounds = 9) {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  const whole = makeHome(join(folder, 'whole'), PLUGINS);
  const part = makeHome(join(folder, 'part'), PLUGINS / PARTS);
  const ours = [];
  const theirs = [];
  for (let round = -1; round < rounds; round++) {
    const mine = run(whole);
    let others = 0;
    for (let each = 0; each < PARTS; each++) others += run(part);
    if (round < 0) continue; // the copies of the libraries are made in it
    ours.push(mine);
    theirs.push(others);
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    ours: median(ours) / (PLUGINS * EACH),
    theirs: median(theirs) / (PLUGINS * EACH),
    ratio: median(ours.map((each, i) => each / theirs[i])),
  };
}

/** @returns nanoseconds */
function run(home) {
  const script = join(ROOT, 'bench', 'rows', 'registrations-child.mjs');
  return Number(execFileSync(process.execPath, [script, home], { encoding: 'utf8' }));
}

/** Makes a home with that many plugins, each with a library of its own. */
function makeHome(home, plugins) {
  const from = `${BUILT}/plugins/bench-many`;
  const library = readFileSync(`${from}/bench-many.so`);
  const at = library.indexOf(Buffer.from('bench-many\0'));
  const manifest = readFileSync(`${from}/aisopod.plugin.toml`, 'utf8');
  for (let i = 0; i < plugins; i++) {
    const name = `bench-m${String(i).padStart(3, '0')}`;
    const plugin = join(home, 'plugins', name);
    mkdirSync(plugin, { recursive: true });
    cpSync(from, plugin, { recursive: true });
    library.write(name, at, 'latin1');
    writeFileSync(join(plugin, 'bench-many.so'), library);
    const own = manifest.replace('id = "bench-many"', `id = "${name}"`);
    writeFileSync(join(plugin, 'aisopod.plugin.toml'), own);
  }
  return home;
}
