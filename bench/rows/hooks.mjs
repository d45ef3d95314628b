// A hook with ten callbacks, against libraries whose whole work that is. The callbacks are the same
// functions in both arms; each hook is one among three, as hosts have several.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHooks } from 'hookable';
import { SyncHook, SyncWaterfallHook } from 'tapable';
import { PluginHost } from '../../dist/index.js';
import { compare } from '../rounds.mjs';

const PER = 200_000;
const CALL = Object.freeze({ context: undefined, signal: undefined });

/** How who fires them calls them. */
const OBSERVE = {
  OnSessionCreate: (hooks, payload) => hooks.current.OnSessionCreate(payload, CALL),
  OnSessionEnd: (hooks, payload) => hooks.current.OnSessionEnd(payload, CALL),
  OnReasoningStep: (hooks, payload) => hooks.current.OnReasoningStep(payload, CALL),
};
const TRANSFORM = {
  BeforeAgentRun: (hooks, payload) => hooks.current.BeforeAgentRun(payload, CALL),
  PreLlmCall: (hooks, payload) => hooks.current.PreLlmCall(payload, CALL),
  PostLlmResponse: (hooks, payload) => hooks.current.PostLlmResponse(payload, CALL),
};

/** What callbacks that look are given. */
class Seen {
  sum = 0;
  add(n) {
    this.sum += n;
  }
}

/** Ten callbacks that are not the same function: each adds to what it is given. */
function observers() {
  return [
    (seen) => seen.add(1),
    (seen) => seen.add(2),
    (seen) => seen.add(3),
    (seen) => seen.add(4),
    (seen) => seen.add(5),
    (seen) => seen.add(6),
    (seen) => seen.add(7),
    (seen) => seen.add(8),
    (seen) => seen.add(9),
    (seen) => seen.add(10),
  ];
}

/** Ten callbacks that are not the same function: each answers a new payload. */
function transformers() {
  return [
    (payload) => ({ ...payload, a: payload.a + 1 }),
    (payload) => ({ ...payload, b: payload.b + 1 }),
    (payload) => ({ ...payload, a: payload.a + 2 }),
    (payload) => ({ ...payload, b: payload.b + 2 }),
    (payload) => ({ ...payload, a: payload.a + 3 }),
    (payload) => ({ ...payload, b: payload.b + 3 }),
    (payload) => ({ ...payload, a: payload.a + 4 }),
    (payload) => ({ ...payload, b: payload.b + 4 }),
    (payload) => ({ ...payload, a: payload.a + 5 }),
    (payload) => ({ ...payload, b: payload.b + 5 }),
  ];
}

const LOOKING = { callbacks: observers, payload: () => new Seen() };
const CHANGING = { callbacks: transformers, payload: (i) => ({ a: i, b: 1 }) };

/** Hooks whose callbacks only look, against SyncHook. */
export function hookObserve() {
  return against(OBSERVE, LOOKING, () => {
    const hook = new SyncHook(['payload', 'call']);
    for (const fn of observers()) hook.tap('plugin', fn);
    return (payload) => hook.call(payload, CALL);
  });
}

/** Hooks whose callbacks change what they are given, against SyncWaterfallHook. */
export function hookTransform() {
  return against(TRANSFORM, CHANGING, () => {
    const hook = new SyncWaterfallHook(['payload', 'call']);
    for (const fn of transformers()) hook.tap('plugin', fn);
    return (payload) => hook.call(payload, CALL);
  });
}

/** Hooks whose callbacks only look, against hookable, which is asynchronous by nature. */
export function hookHookable() {
  return against(OBSERVE, LOOKING, (name) => {
    const hooks = createHooks();
    for (const fn of observers()) hooks.hook(name, fn);
    return (payload) => hooks.callHook(name, payload, CALL);
  });
}

async function against(named, { callbacks, payload }, makeTheirs) {
  const host = await PluginHost.open({
    home: mkdtempSync(join(tmpdir(), 'aisopod-bench-')),
    env: {},
  });
  for (const name of Object.keys(named)) {
    callbacks().forEach((fn, i) => {
      host.hooks.register(name, fn, { plugin: `plugin-${i}` });
    });
  }
  const ours = Object.values(named).map((fire) => (payload) => fire(host.hooks, payload));
  const theirs = Object.keys(named).map(makeTheirs);
  const result = await compare({
    per: PER * ours.length,
    ours: () => fireAll(ours, payload),
    theirs: () => fireAll(theirs, payload),
  });
  await host.close();
  return result;
}

/** Awaits what has to be awaited, and nothing else. */
async function fireAll(fires, payload) {
  for (const fire of fires) {
    for (let i = 0; i < PER; i++) {
      const result = fire(payload(i));
      if (result instanceof Promise) await result;
    }
  }
}
