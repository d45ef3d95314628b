// What runs in the Worker of worker.mjs. Posts the names of the calls that failed for want of memory.
import { strict as assert } from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { invoke, isShortage, load, PARAMS } from './plugin.mjs';
import { arm } from './shortage.mjs';

const { folder, order } = workerData;
let running;
const runs = new Promise((resolve) => {
  running = resolve;
});
let requested;
const request = new Promise((resolve) => {
  requested = resolve;
});
const answer = () => {
  requested();
  return new Promise(() => {});
};
const instance = await load(folder, (topic) => topic === 'running' && running(), answer);
const registrations = await instance.register();
await instance.init();
const failed = [];
const call = async (name) => {
  let outcome;
  try {
    outcome = await invoke(instance, registrations, name);
  } catch (error) {
    if (!isShortage(error)) throw error;
    outcome = error;
  }
  if (isShortage(outcome)) failed.push(name);
  else assert.deepEqual(outcome, { ok: true, json: PARAMS });
};
void call('wait');
await runs;
arm(order);
await Promise.all(['worker', 'worker', 'parallel', 'worker', 'inline'].map(call));
await Promise.race([request, call('request')]);
parentPort.postMessage(failed);
