/**
 * The functions of the operating system that open a library, looked up and called through koffi. This
 * is the only way by which plugin code comes into the process.
 */
import koffi, { type LibraryHandle } from 'koffi';
import { loadAddon, type OpenBatch } from '../../abi/addon.js';
import { TaskFunction } from '../../abi/layout.js';
import { dlopenFlags, LOAD_LIBRARY_FLAGS, PIN_FLAG } from './open-flags.js';

/** Constructors run on the stack of an asynchronous call, for which 128 KiB would be little. */
const STACK_BYTES = 8 * 1024 * 1024;

/** Libraries that are being opened for good, one after the other, on a thread of the pool. */
export interface OpenRun extends Omit<OpenBatch, 'task'> {
  /** Resolves when none of them is being opened any more; there may be some left. */
  readonly ended: Promise<void>;
}

type Open = (paths: readonly string[], symbol: string) => OpenRun;

/** Made on first use: koffi takes no configuration once it has loaded anything. */
let opener: Open | undefined;

/**
 * Opens libraries for good, on a thread of the pool: their constructors run there, not on the event
 * loop. Keeps the process alive until they have returned. What was opened is never closed, since a
 * thread of the plugin may run in it until the process ends.
 *
 * @param paths absolute, at least one
 * @param symbol is looked up in each, on that thread too: whoever looks up anything waits for what is
 *   being opened
 * @throws AisopodError ADDON_MISSING
 */
export function openForGood(paths: readonly string[], symbol: string): OpenRun {
  opener ??= process.platform === 'win32' ? windowsOpener() : posixOpener();
  return opener(paths, symbol);
}

/** What is open in this process already: the C library above all. Opens nothing. */
export function systemLibrary(): LibraryHandle {
  raiseStack();
  return koffi.load(null);
}

/** The addon goes through them, so that one way to the pool and back is enough for all. */
function posixOpener(): Open {
  const { OpenBatch, openBatch } = loadAddon();
  const libc = systemLibrary();
  const system = {
    open: libc.symbol('dlopen'),
    find: libc.symbol('dlsym'),
    words: libc.symbol('dlerror'),
    flags: dlopenFlags(process.platform),
  };
  const run = koffi.decode(openBatch, TaskFunction);
  return (paths, symbol) => {
    const batch = new OpenBatch(paths, symbol, system);
    const ended = new Promise<void>((resolve, reject) => {
      run.async(batch.task(), (failure: Error | null) => {
        if (failure === null) resolve();
        else reject(failure);
      });
    });
    return {
      ended,
      done: () => batch.done(),
      runningMs: () => batch.runningMs(),
      entry: (at) => batch.entry(at),
      giveUp: (at) => batch.giveUp(at),
      changes: () => batch.changes(),
    };
  };
}

/**
 * Opens the first only. What a DllMain changed of the process is not noticed here, where little of it
 * is the process's: there is neither a umask nor are there signals of other processes.
 */
function windowsOpener(): Open {
  raiseStack();
  const kernel = koffi.load('kernel32.dll');
  const loadLibrary = kernel.func('__stdcall', 'LoadLibraryExW', 'void *', [
    'str16',
    'void *',
    'uint32_t',
  ]);
  const pin = kernel.func('__stdcall', 'GetModuleHandleExW', 'int', [
    'uint32_t',
    'str16',
    koffi.out(koffi.pointer('void *')),
  ]);
  const address = kernel.func('__stdcall', 'GetProcAddress', 'void *', ['void *', 'str']);
  const lastError = kernel.func('__stdcall', 'GetLastError', 'uint32_t', []);
  const words = (step: string) => `${step} failed with system error ${lastError()}`;

  return ([path = ''], symbol) => {
    const begun = performance.now();
    let entry: bigint | null | string | undefined;
    const ended = new Promise<void>((resolve, reject) => {
      loadLibrary.async(
        path,
        null,
        LOAD_LIBRARY_FLAGS,
        (failure: Error | null, module: bigint | null) => {
          if (failure !== null) return reject(failure);
          if (module === null) entry = words('LoadLibraryExW');
          else if (pin(PIN_FLAG, path, [null]) === 0) entry = words('Pinning');
          else entry = address(module, symbol);
          resolve();
        },
      );
    });
    return {
      ended,
      done: () => (entry === undefined ? 0 : 1),
      runningMs: () => (entry === undefined ? performance.now() - begun : 0),
      entry: () => entry ?? null,
      giveUp: () => entry === undefined,
      changes: () => null,
    };
  };
}

/** Refused when the embedder uses koffi too and has loaded something: then its size stays. */
function raiseStack(): void {
  const { async_stack_size: size = 0 } = koffi.config();
  if (size >= STACK_BYTES) return;
  try {
    koffi.config({ async_stack_size: STACK_BYTES });
  } catch (error) {
    if (!/once a library has been loaded/.test(String(error))) throw error;
  }
}
