// Opening 100 native plugins with a warm image cache, against dlopen and a look-up of their copies.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flush } from '../flush.mjs';
import { BUILT, ROOT } from '../paths.mjs';
import { median } from '../rounds.mjs';

const PLUGINS = 100;

/** Each run needs a process of its own, since a library is never closed. */
export async function open(rounds = 9) {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  // One plugin more is opened before, by both: what is opened first in a process loads its code.
  const warm = makeHome(join(folder, 'warm'), PLUGINS, 1);
  const home = makeHome(join(folder, 'home'), 0, PLUGINS);
  const run = (arm) => measure(arm, warm, home);
  const ours = [];
  const theirs = [];
  // The first makes the copies; what it made just then the second looks at once more.
  run('host');
  run('host');
  flush();
  for (let round = 0; round < rounds; round++) {
    ours.push(run('host'));
    theirs.push(run('bare'));
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    ours: median(ours) / PLUGINS,
    theirs: median(theirs) / PLUGINS,
    ratio: median(ours.map((each, i) => each / theirs[i])),
  };
}

/** @returns nanoseconds */
function measure(...args) {
  const script = join(ROOT, 'bench', 'rows', 'open-child.mjs');
  return Number(execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' }));
}

/** A home with so many plugins whose libraries differ, as those of different authors do. */
function makeHome(home, first, count) {
  const from = `${BUILT}/plugins/bench-echo`;
  const library = readFileSync(`${from}/bench-echo.so`);
  for (let i = first; i < first + count; i++) {
    const name = namesOf(i)['bench-echo'];
    const plugin = join(home, 'plugins', name);
    mkdirSync(plugin, { recursive: true });
    cpSync(from, plugin, { recursive: true });
    const bytes = Buffer.from(library);
    let manifest = readFileSync(`${from}/aisopod.plugin.toml`, 'utf8');
    for (const [theirs, own] of Object.entries(namesOf(i))) {
      bytes.write(own, library.indexOf(`${theirs}\0`), 'latin1');
      manifest = manifest.replace(`"${theirs}"`, `"${own}"`);
    }
    writeFileSync(join(plugin, 'bench-echo.so'), bytes);
    writeFileSync(join(plugin, 'aisopod.plugin.toml'), manifest);
  }
  return home;
}

/** The names of one of them, as long as those that they replace. */
function namesOf(i) {
  const number = String(i).padStart(3, '0');
  return {
    'bench-echo': `bench-e${number}`,
    echo_inline: `echo_in_${number}`,
    echo_worker: `echo_wk_${number}`,
  };
}
