import { loadedAddon } from '../../../abi/addon.js';
import { MessageType } from '../../../abi/messages.js';
import { bridge, connect, disconnect } from '../process/bridge.js';
import { noResources, OpenOutcome, stuckError } from './open-outcome.js';

/** Native code that is being loaded before this thread has loaded the addon. */
const early = new Set<Promise<unknown>>();

/**
 * Runs what needs the loader of the operating system, such as an import of native code, while no
 * library is being opened: otherwise it would wait for a constructor, and the event loop with it.
 *
 * @param what how messages name it
 * @returns what `work` returns
 * @throws AisopodError LOADER_STUCK: a library never finished opening; NO_RESOURCES; what `work` throws
 */
export async function withLoader<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (loadedAddon() === undefined) return loadEarly(work);
  const held = await holdLoader(what);
  try {
    return await work();
  } finally {
    bridge().releaseLoader(held);
  }
}

/**
 * Resolves when nothing is being loaded that was begun before the addon was there.
 * @returns null: that is so already
 */
export function earlyLoads(): Promise<void> | null {
  return early.size === 0 ? null : Promise.allSettled(early).then(earlyLoads).then(nothing);
}

function nothing(): void {}

async function loadEarly<T>(work: () => Promise<T>): Promise<T> {
  const loading = work();
  early.add(loading);
  try {
    return await loading;
  } finally {
    early.delete(loading);
  }
}

function holdLoader(what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const held = bridge().holdLoader();
    connect(held, {
      receive: (...message) => {
        if (message[0] !== MessageType.opened) return;
        const [, outcome, text] = message;
        disconnect(held);
        if (outcome === OpenOutcome.held) return resolve(held);
        const consequence = `${what} cannot be loaded`;
        if (outcome === OpenOutcome.stuck) reject(stuckError(consequence, what, text));
        else reject(noResources(consequence, what, text));
      },
    });
  });
}
