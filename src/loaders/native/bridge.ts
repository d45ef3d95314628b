import { isMainThread } from 'node:worker_threads';
import { loadAddon, type NativeAddon } from '../../abi/addon.js';
import type { Receive } from '../../abi/messages.js';
import { stuckOpening } from './loader-turn.js';

/** Gets the messages of one instance, in the order in which the core made them. */
export interface Receiver {
  readonly receive: Receive;
}

const settled = Promise.resolve();
const receivers = new Map<number, Receiver>();
let addon: NativeAddon | undefined;

/**
 * The addon, attached to this environment: one connection serves all hosts in it.
 * @throws AisopodError ADDON_MISSING
 */
export function bridge(): NativeAddon {
  if (addon !== undefined) return addon;
  const native = loadAddon();
  native.attach(
    (instance, type, token, a, status, number, b, c, other) => {
      receivers.get(instance)?.receive(type, token, a, status, number, b, c, other);
    },
    isMainThread,
    (awaited) => {
      // A flood alone does not keep the process alive; and an event loop that waits would not run
      // an immediate that is not referenced.
      if (awaited) setImmediate(native.takeTurn);
      else setTimeout(native.takeTurn, 0).unref();
    },
    () => void settled.then(native.wakeWorkers),
  );
  if (isMainThread) process.on('exit', (code) => endProcess(native, code));
  addon = native;
  return native;
}

/** Sends the messages of an instance to its receiver, until disconnect(). */
export function connect(instance: number, receiver: Receiver): void {
  receivers.set(instance, receiver);
}

export function disconnect(instance: number): void {
  receivers.delete(instance);
}

/** exit() runs static destructors beneath running threads, and waits for what is being opened. */
function endProcess(native: NativeAddon, code: number): void {
  if (stuckOpening() === null) native.armExit(code);
  else native.exitNow(code);
}
