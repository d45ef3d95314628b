import { expect, test } from 'vitest';
import { loadAddon } from '../../src/abi/addon.js';
import { runModule } from '../support/run-in-child.js';

loadAddon(); // a missing addon fails here, and not in the child

/** A Worker that is in native code nearly always, so that terminate() meets it there. */
const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const addon = require(workerData);
  parentPort.postMessage('runs');
  for (;;) addon.liveCounts();
`;

test('a Worker that is terminated within a native call ends, and the process goes on', async () => {
  const file = process.env.AISOPOD_ADDON ?? 'build/node/Release/aisopod.node';
  const { code, signal, stderr } = await runModule(`
    import { resolve } from 'node:path';
    import { Worker } from 'node:worker_threads';
    const workerData = resolve(${JSON.stringify(file)});
    for (let i = 0; i < 10; i++) {
      const worker = new Worker(${JSON.stringify(WORKER)}, {
        eval: true,
        execArgv: [],
        workerData,
      });
      await new Promise((runs) => worker.once('message', runs));
      await worker.terminate();
    }
    process.exit(7);
  `);
  expect({ code, signal, stderr }).toEqual({ code: 7, signal: null, stderr: '' });
});
