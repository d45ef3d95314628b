import { isMainThread } from 'node:worker_threads';
import { loadAddon, type NativeAddon } from '../../../abi/addon.js';
import type { Receive } from '../../../abi/messages.js';
import { AisopodError } from '../../../base/errors/index.js';

/** Gets the messages of one instance, or of one opening, in the order in which the core made them. */
export interface Receiver {
  readonly receive: Receive;
  /** Gets the answers of calls: of each its token, then its JSON. */
  readonly receiveAnswers?: (answers: readonly (number | string)[]) => void;
}

/** A Receive for which the fields need not fit the type: the addon sees to that. */
type Forward = (...message: unknown[]) => void;

const settled = Promise.resolve();
/** Shared by all copies of this module in this thread that use one addon. */
let receivers = new Map<number, Receiver>();
let addon: NativeAddon | undefined;

/**
 * The addon, attached to this environment: one connection serves all hosts in it.
 * @throws AisopodError ADDON_MISSING
 */
export function bridge(): NativeAddon {
  if (addon !== undefined) return addon;
  const native = loadAddon();
  const own = receivers;
  receivers = native.attach(
    own,
    // One by one: an array for each message would take longer than most receivers do.
    (instance, type, f0, f1, f2, f3, f4, f5, f6) => {
      const receive = own.get(instance)?.receive as Forward | undefined;
      receive?.(type, f0, f1, f2, f3, f4, f5, f6);
    },
    (instance, ...answers) => own.get(instance)?.receiveAnswers?.(answers),
    isMainThread,
    (awaited) => {
      // A flood alone does not keep the process alive; and an event loop that waits would not run
      // an immediate that is not referenced.
      if (awaited) setImmediate(native.takeTurn);
      else setTimeout(native.takeTurn, 0).unref();
    },
    () => void settled.then(native.wakeWorkers),
    noMemory,
  );
  if (isMainThread && receivers === own) process.on('exit', (code) => endProcess(native, code));
  addon = native;
  return native;
}

function noMemory(): AisopodError {
  return new AisopodError(
    'NO_RESOURCES',
    'The host is out of memory, so it did not do what was to be done. End other programs, or give ' +
      'this one more memory.',
  );
}

/** Sends the messages of an instance to its receiver, until disconnect(). */
export function connect(instance: number, receiver: Receiver): void {
  receivers.set(instance, receiver);
}

export function disconnect(instance: number): void {
  receivers.delete(instance);
}

/**
 * exit() runs static destructors beneath running threads; and it waits for Workers, whose end may wait
 * for what is being opened.
 */
function endProcess(native: NativeAddon, code: number): void {
  if (native.stuckOpening() === null) native.armExit(code);
  else native.exitNow(code);
}
