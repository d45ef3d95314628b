// What a plugin that is open and has nothing to do keeps: resident memory and threads.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../paths.mjs';
import { median } from '../rounds.mjs';
import { makeHome } from './echo-home.mjs';

const PLUGINS = 200;

/** Bytes of resident memory for each plugin, against those of its library alone. */
export const idleMemory = (rounds) => compare('rss', rounds);

/** Threads for each plugin; its library alone has none. */
export const idleThreads = (rounds) => compare('threads', rounds);

/** Each run needs a process of its own, since a library is never closed. */
async function compare(what, rounds = 5) {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  // One plugin more is opened before, by both, so that what all share is not counted.
  const warm = makeHome(join(folder, 'warm'), PLUGINS, 1);
  const home = makeHome(join(folder, 'home'), 0, PLUGINS);
  const run = (arm) => measure(arm, warm, home)[what] / PLUGINS;
  const ours = [];
  const theirs = [];
  run('host'); // makes the copies
  for (let round = 0; round < rounds; round++) {
    ours.push(run('host'));
    theirs.push(run('bare'));
  }
  rmSync(folder, { recursive: true, force: true });
  const [mine, other] = [median(ours), median(theirs)];
  return { ours: mine, theirs: other, ratio: other === 0 ? null : mine / other };
}

/** @returns what was there more after than before: `rss` in bytes, and `threads` */
function measure(...args) {
  const script = join(ROOT, 'bench', 'rows', 'idle-child.mjs');
  const all = ['--expose-gc', script, ...args];
  return JSON.parse(execFileSync(process.execPath, all, { encoding: 'utf8' }));
}
