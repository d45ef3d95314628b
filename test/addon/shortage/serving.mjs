// A life in which memory is short until an instance has been called in every way. Each promise
// settles, and if not well then for want of memory.
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { loadAddon } from '../../../dist/abi/addon.js';
import { withLoader } from '../../../dist/loaders/native/opening/with-loader.js';
import { countAlive, invoke, isShortage, load, PARAMS, TEXT } from './plugin.mjs';

const META = JSON.stringify({ session: TEXT, role: 'owner' });
const EVENTS = 3;
/** What the plugin saves, and restores. */
const STATE = Buffer.from('a state that is longer than a string keeps in itself\0');
const isEcho = (answer) => assert.deepEqual(answer, { ok: true, json: PARAMS });

export async function live({ folder, begin, end, step, failed }) {
  const alive = countAlive();
  const attempt = async (name, work, right = () => {}) => {
    step(name);
    let outcome;
    try {
      outcome = await work();
    } catch (error) {
      if (!isShortage(error)) throw error;
      outcome = error;
    }
    if (!isShortage(outcome)) right(outcome);
    else failed.push(name);
    return isShortage(outcome) ? undefined : outcome;
  };
  const heard = new Heard();
  begin();
  await attempt('functions', () => callFunctions(folder));
  await attempt('the loader', () => withLoader(TEXT, async () => {}));
  const instance = await attempt('load', () => load(folder, heard.take, answer));
  if (instance !== undefined) {
    await serve(instance, attempt, heard, end);
    end();
    step('shutdown');
    assert.equal(await instance.shutdown(0, 'close'), null);
  }
  end();
  step('all has ended');
  await alive.returned();
}

async function serve(instance, attempt, heard, end) {
  const registrations = await attempt('register', () => instance.register());
  if (registrations === undefined) return;
  const state = { bytes: STATE, format: 1, version: TEXT, build: TEXT };
  const done = () => true;
  if (!(await attempt('restore', () => instance.restoreState(state).then(done)))) return;
  if (!(await attempt('init', () => instance.init().then(done)))) return;
  const call = (name, options) => invoke(instance, registrations, name, options);
  const context = { session: TEXT };
  await attempt('inline', () => call('inline'), isEcho);
  await attempt('inline with a context', () => call('inline', { context }), isEcho);
  await attempt('worker', () => call('worker'), isEcho);
  await attempt('parallel', () => call('parallel', { context }), isEcho);
  const several = ['worker', 'worker', 'parallel', 'worker'];
  await Promise.all(several.map((name) => attempt('several', () => call(name), isEcho)));
  const chunks = [];
  const streamed = { onChunk: (chunk) => chunks.push(chunk), onProgress: () => {} };
  await attempt(
    'stream',
    () => call('stream', streamed),
    () => {
      assert.deepEqual(chunks, [TEXT, TEXT, TEXT]);
    },
  );
  await attempt('cancel', () => cancelled(call, heard));
  await attempt(
    'request',
    () => call('request'),
    (answered) => {
      assert.deepEqual(answered, { ok: true, json: '2' });
    },
  );
  await attempt('configure', () => instance.configure(PARAMS));
  await attempt('counters', () => instance.counters());
  await attempt('pause', () => instance.pause(60_000));
  const saved = await attempt('save', () => instance.saveState());
  if (saved !== undefined) assert.deepEqual(Buffer.from(saved.bytes), STATE);
  await attempt('resume', () => instance.resume());
  await attempt('events', () => deliver(instance, EVENTS));
  end();
  await deliver(instance, 1);
  await attempt('all events have come or count as dropped', () => heard.all(EVENTS + 1));
  await attempt('inline, with memory', () => call('inline'), isEcho);
  await attempt('worker, with memory', () => call('worker'), isEcho);
  await attempt('configure, with memory', () => instance.configure(PARAMS));
}

/** What JavaScript calls besides an instance. */
function callFunctions(folder) {
  const addon = loadAddon();
  const path = join(folder, 'a-file-that-is-not-there-under-a-long-name');
  assert.equal(addon.checkJson(PARAMS), null);
  assert.equal(addon.checkJson(`{"${TEXT}":"\uD800"}`)?.length, 3);
  assert.equal(addon.isUnchanged(path, [1, 2, 3, 4, 5, 6], 0, false), false);
  assert.equal(addon.closeOnExec(path), 0);
  assert.ok(addon.lockFile(path) < -1);
  assert.equal(addon.originalOf(path), null);
  assert.equal(addon.stuckOpening(), null);
  assert.equal(addon.newTraceId().length, 32);
  assert.ok(addon.knownSymbols().every((each) => typeof each === 'string'));
}

/** Resolves when the call was cancelled, once it ran. */
async function cancelled(call, heard) {
  const controller = new AbortController();
  heard.whenRunning(() => controller.abort());
  const { signal } = controller;
  try {
    return await call('wait', { signal });
  } catch (error) {
    if (error.code !== 'CALL_CANCELLED') throw error;
    return undefined;
  }
}

/** Events of one turn, which cross the border together. */
async function deliver(instance, count) {
  const tokens = instance.subscriptions.map(({ token }) => token);
  for (let i = 0; i < count; i++) {
    instance.deliver(tokens, 'some.topic', 'a source that is longer', JSON.stringify(TEXT), META);
  }
  await null;
}

async function* answer() {
  yield TEXT;
  yield TEXT;
  return TEXT;
}

/** What the plugin has published. */
class Heard {
  #running = () => {};
  #events = 0;
  #wanted = Number.POSITIVE_INFINITY;
  #enough = () => {};

  whenRunning(then) {
    this.#running = then;
  }

  /** Resolves when events received and events reported as dropped add up to this number. */
  async all(count) {
    this.#wanted = count;
    if (this.#events === count) return;
    const alive = setInterval(() => {}, 60_000); // an event alone doesn't keep the process alive
    await new Promise((resolve) => {
      this.#enough = resolve;
    });
    clearInterval(alive);
  }

  take = (topic, json) => {
    if (topic === 'running') this.#running();
    if (topic !== 'received') return;
    this.#events += JSON.parse(json).dropped + 1;
    assert.ok(this.#events <= this.#wanted, 'no event counts twice');
    if (this.#events === this.#wanted) this.#enough();
  };
}
