// What runs in the Worker of worker.mjs: posts a message when restore_state() has begun.
import { parentPort, workerData } from 'node:worker_threads';
import { load } from '../shortage/plugin.mjs';

const { folder, bytes, gate } = workerData;
const nothing = () => {};
const old = await load(folder, nothing, nothing, JSON.stringify({ bytes }));
await old.register();
await old.init();
const config = JSON.stringify({ restore: 'wait', gate });
const log = (_, text) => text === 'waiting' && parentPort.postMessage(text);
const instance = await load(folder, nothing, nothing, config, log);
await instance.register();
await instance.restoreState(await old.saveState());
