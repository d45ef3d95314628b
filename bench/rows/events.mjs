// Publishing on the event bus to ten subscribers in JavaScript, or to one in C, against emit() of
// node:events with as many listeners. The bus copies what is published, and delivers it later.
import { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginHost } from '../../dist/index.js';
import { BUILT } from '../paths.mjs';
import { payload } from '../payload.mjs';
import { compare } from '../rounds.mjs';

/** Below what a queue holds, so that nothing is dropped. */
const BATCH = 1000;
const BATCHES = 10;
const TOPIC = 'bench.event';

/** @param {'js' | 'c'} where who subscribes: ten in JavaScript, or one in C */
export async function events(where) {
  const native = where === 'c';
  const host = await PluginHost.open({
    home: mkdtempSync(join(tmpdir(), 'aisopod-bench-')),
    env: {},
    pluginDirs: native ? [`${BUILT}/plugins/bench-ears`] : [],
    strict: true,
  });
  const data = payload(100);
  const hearers = native ? 1 : 10;
  let heard = 0;
  let wanted = 0;
  let all = () => {};
  const hear = () => {
    heard += 1;
    if (heard === wanted) all();
  };
  if (!native) for (let i = 0; i < hearers; i++) host.bus.subscribe('bench.*', hear);
  const bare = new EventEmitter();
  let told = 0;
  for (let i = 0; i < hearers; i++) {
    bare.on(TOPIC, () => {
      told += 1;
    });
  }
  const batch = async () => {
    wanted += BATCH * hearers;
    const done = native
      ? host.tools.call('count', { count: BATCH })
      : new Promise((resolve) => {
          all = resolve;
        });
    for (let i = 0; i < BATCH; i++) host.bus.publish(TOPIC, data);
    await done;
  };
  const result = await compare({
    per: BATCH * BATCHES,
    async ours() {
      for (let i = 0; i < BATCHES; i++) await batch();
    },
    async theirs() {
      for (let i = 0; i < BATCH * BATCHES; i++) bare.emit(TOPIC, data);
    },
  });
  await host.close();
  if (told === 0) throw new Error('nobody was told');
  return result;
}
