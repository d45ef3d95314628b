// The delay of the event loop while a plugin logs and publishes from four threads as fast as it
// can, against an event loop that has nothing to do.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { PluginHost } from '../../dist/index.js';
import { BUILT } from '../paths.mjs';
import { median } from '../rounds.mjs';

const FLOOD_MS = 1000;

/** @returns medians of the delay at p99, in nanoseconds */
export async function flood(rounds = 5) {
  let heard = 0;
  const count = () => {
    heard += 1;
  };
  const host = await PluginHost.open({
    home: mkdtempSync(join(tmpdir(), 'aisopod-bench-')),
    env: {},
    pluginDirs: [`${BUILT}/plugins/bench-flood`],
    strict: true,
    logger: { trace: count, debug: count, info: count, warn: count, error: count },
  });
  host.events.on('event', count);
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await delay());
    await host.tools.call('flood');
    ours.push(await delay());
    await host.tools.call('dry');
  }
  await host.close();
  if (heard < rounds * 1000) throw new Error(`only ${heard} lines and events came: no flood`);
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ours.map((each, i) => each / theirs[i])),
  };
}

async function delay() {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await pass(FLOOD_MS);
  histogram.disable();
  return histogram.percentile(99);
}
