// The longest time that a caller waits while a plugin is reloaded under calls, against what has to be done anyway:
// dlopen of another copy of the library, and its own create(), on_register() and on_init().
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { PluginHost } from '../../dist/index.js';
import { median } from '../rounds.mjs';
import { makeHome } from './echo-home.mjs';

const CALLERS = 8;
const ID = 'bench-e000';

export async function reload(rounds = 25) {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-bench-'));
  const home = makeHome(join(folder, 'home'), 0, 1);
  const host = await PluginHost.open({ home, env: {}, strict: true });
  const libc = koffi.load(null);
  const dlopen = libc.func('void *dlopen(const char *, int)');
  let longest = 0;
  let going = true;
  const call = async () => {
    while (going) {
      const begun = process.hrtime.bigint();
      const { success } = await host.tools.call('echo_wk_000', { text: 'one call of many' });
      if (!success) throw new Error('a call was lost');
      longest = Math.max(longest, Number(process.hrtime.bigint() - begun));
    }
  };
  const callers = Promise.all(Array.from({ length: CALLERS }, call));
  const ours = [];
  const theirs = [];
  for (let round = -3; round < rounds; round++) {
    longest = 0;
    const { timings, entry } = await host.plugins.reload(ID);
    const waited = longest;
    const copy = join(folder, `copy-${round}.so`);
    copyFileSync(entry, copy);
    const begun = process.hrtime.bigint();
    if (dlopen(copy, 2) === null) throw new Error(copy);
    const opened = Number(process.hrtime.bigint() - begun);
    const { create = 0, register = 0, init = 0 } = timings;
    if (round < 0) continue;
    ours.push(waited);
    theirs.push(opened + (create + register + init) * 1e6);
  }
  going = false;
  await callers;
  await host.close();
  rmSync(folder, { recursive: true, force: true });
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ours.map((each, i) => each / theirs[i])),
  };
}
