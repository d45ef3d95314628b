// Opening 100 native plugins with a warm cache of copies, against dlopen and a look-up of their copies.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flush } from '../flush.mjs';
import { ROOT } from '../paths.mjs';
import { median } from '../rounds.mjs';
import { makeHome } from './echo-home.mjs';

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
