// The plugin of the lives, test/plugins/border.c, as the native loader alone serves it.
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { loadAddon } from '../../../dist/abi/addon.js';
import { AisopodError } from '../../../dist/base/errors/index.js';
import { DEFAULT_LIMITS } from '../../../dist/config/index.js';
import { resolveHome } from '../../../dist/home/paths/index.js';
import { KnownLibraries } from '../../../dist/loaders/native/copies/known-libraries.js';
import { nativeLoader } from '../../../dist/loaders/native/index.js';
import { readManifest } from '../../../dist/packages/manifest/index.js';

/** Longer than what a std::string keeps in itself. */
export const TEXT = 'a text that is longer than a string keeps in itself';
/** Longer than what the addon reads on its stack, too. */
export const PARAMS = JSON.stringify({ text: TEXT, more: 'x'.repeat(8192) });

/**
 * Loads it.
 * @param published gets the topic and the JSON of each event that it publishes
 * @param answer answers its requests
 * @param config JSON text
 * @param log gets each line of its log: level and text
 */
export async function load(folder, published, answer, config = PARAMS, log = () => {}) {
  const { manifest } = readManifest(join(folder, 'aisopod.plugin.toml'));
  const ignore = () => {};
  const home = resolveHome({ home: join(folder, '..', 'home'), env: {} });
  const request = {
    manifest,
    entry: join(folder, 'plugin.so'),
    dataDir: folder,
    config,
    limits: DEFAULT_LIMITS,
    accept: [],
    signal: () => new AbortController().signal,
    kinds: [{ kind: 'tool', names: 'unique' }],
    requests: new Map([['a-method-that-is-longer-than-a-string-keeps', answer]]),
    events: {
      ...{ log, logLost: ignore, warning: ignore, notice: ignore, stuck: ignore },
      publication: published,
    },
  };
  const loaded = await nativeLoader(new KnownLibraries(home)).load(request);
  return loaded.instantiate(request);
}

/** Calls a tool by its name. */
export function invoke(instance, registrations, name, options = {}) {
  const { token } = registrations.find((each) => each.name === name);
  return instance.invoke(token, 'invoke', PARAMS, { timeoutMs: 60_000, ...options });
}

/** Whether this was rejected with, or answered by, a want of memory. */
export function isShortage(outcome) {
  if (outcome?.ok === false) return ['NOMEM', 'NO_RESOURCES'].includes(outcome.code);
  if (!AisopodError.is(outcome)) return false;
  return outcome.code === 'NO_RESOURCES' || outcome.details?.status === 'NOMEM';
}

/** Counts the instances and threads of the process. returned() resolves when no more than these are left. */
export function countAlive() {
  const { liveCounts } = loadAddon();
  const before = liveCounts();
  return {
    async returned() {
      for (;;) {
        const now = liveCounts();
        assert.ok(now.instances >= before.instances, 'no instance ends twice');
        if (now.instances === before.instances && now.threads <= before.threads) return;
        await new Promise(setImmediate);
      }
    },
  };
}
