// A life of an environment: the addon is loaded once more, which gives it an environment of its own,
// and attached. What has failed for want of memory goes well when it is done again.
import { strict as assert } from 'node:assert';
import { ENTRY_SYMBOL } from '../../../dist/abi/index.js';
import { DEFAULT_LIMITS } from '../../../dist/config/index.js';
import { systemFunctions } from '../../../dist/loaders/native/opening/system-loader.js';
import { TEXT } from './plugin.mjs';

export async function live({ begin, end, step, failed }) {
  const attempt = (name, work) => {
    step(name);
    try {
      return work();
    } catch (error) {
      if (error.code !== 'NO_RESOURCES') throw error;
      failed.push(name);
      end();
      return work();
    }
  };
  let receive;
  const received = new Promise((resolve) => {
    receive = resolve;
  });
  begin();
  const addon = attempt('initialise', () => {
    const module = { exports: {} };
    process.dlopen(module, process.env.AISOPOD_ADDON);
    return module.exports;
  });
  const shared = { name: TEXT };
  const later = () => setImmediate(addon.takeTurn);
  const soon = () => queueMicrotask(addon.wakeWorkers);
  const shortage = () => Object.assign(new Error(TEXT), { code: 'NO_RESOURCES' });
  const attach = () =>
    addon.attach(
      shared,
      (...message) => receive(message),
      () => {},
      true,
      later,
      soon,
      shortage,
    );
  assert.equal(attempt('attach', attach), shared);
  assert.equal(attempt('attach again', attach), shared);
  attempt('set up the opener', () => addon.setUpOpener(openerSetup()));
  attempt('settings', () => new addon.InstanceSettings(settings()));
  const held = attempt('hold the loader', () => addon.holdLoader());
  end();
  step('the loader is held');
  const [number] = await received;
  assert.equal(number, held);
  addon.releaseLoader(held);
}

function openerSetup() {
  const texts = { hostName: TEXT, hostVersion: TEXT, knownSymbols: [TEXT, TEXT] };
  return { ...systemFunctions(), entry: ENTRY_SYMBOL, ...texts };
}

function settings() {
  const kinds = ['tool', TEXT].map((kind) => ({ kind, names: 'unique' }));
  return { hostName: TEXT, hostVersion: TEXT, kinds, limits: DEFAULT_LIMITS };
}
