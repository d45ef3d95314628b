// A life in which memory is short from the moment on that an instance is shut down, while a call, a
// request and an event are under way. A shutdown needs no memory: it goes well, and ends them all.
import { strict as assert } from 'node:assert';
import { countAlive, invoke, load, TEXT } from './plugin.mjs';

export async function live({ folder, begin, end, step }) {
  const alive = countAlive();
  let running;
  const runs = new Promise((resolve) => {
    running = resolve;
  });
  let signal;
  const requested = new Promise((resolve) => {
    signal = resolve;
  });
  const answer = async (_, info) => {
    signal(info.signal);
    await new Promise((resolve) => info.signal.addEventListener('abort', resolve));
    return TEXT;
  };
  const instance = await load(folder, (topic) => topic === 'running' && running(), answer);
  const registrations = await instance.register();
  await instance.init();
  const waiting = invoke(instance, registrations, 'wait').then(assert.fail, (error) => error);
  await runs;
  const asking = invoke(instance, registrations, 'request').then(assert.fail, (error) => error);
  await requested;
  const queued = invoke(instance, registrations, 'worker').then(assert.fail, (error) => error);
  begin();
  step('shutdown');
  assert.equal(await instance.shutdown(0, 'close'), null);
  step('the calls have ended');
  for (const ended of [waiting, asking, queued]) {
    const { code } = await ended;
    assert.ok(['CALL_GONE', 'NO_RESOURCES', 'PLUGIN_NOT_ACTIVE'].includes(code), code);
  }
  end();
  step('all has ended');
  await alive.returned();
}
