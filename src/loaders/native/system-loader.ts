/**
 * The functions of the operating system that open a library, called through koffi. Apart from the
 * addon of this package, which opens nothing, this is the only way by which plugin code comes into
 * the process.
 */
import koffi, { type LibraryHandle } from 'koffi';
import { dlopenFlags, LOAD_LIBRARY_FLAGS, PIN_FLAG } from './open-flags.js';

/** Constructors run on the stack of an asynchronous call, for which 128 KiB would be little. */
const STACK_BYTES = 8 * 1024 * 1024;

/** Looks up a name in what has been opened: its address, null when it has none of that name. */
export type FindSymbol = (name: string) => bigint | null;

/** Opens a library, and calls one of both: with what finds its names, or with why it is not open. */
type Open = (path: string, done: (find: FindSymbol) => void, failed: (why: Error) => void) => void;

/** Made on first use: koffi takes no configuration once it has loaded anything. */
let opener: Open | undefined;

/**
 * Opens a library for good, on a thread of the pool: its constructors run there, not on the event
 * loop. Keeps the process alive until they have returned. What was opened is never closed, since a
 * thread of the plugin may run in it until the process ends.
 * @throws Error with the words of the operating system
 */
export function openForGood(path: string): Promise<FindSymbol> {
  opener ??= process.platform === 'win32' ? windowsOpener() : posixOpener();
  const open = opener;
  return new Promise((resolve, reject) => open(path, resolve, reject));
}

/** What is open in this process already: the C library above all. Opens nothing. */
export function systemLibrary(): LibraryHandle {
  raiseStack();
  return koffi.load(null);
}

/**
 * dlerror() belongs to the thread of the pool that failed, so koffi.load() is made to fail in the same
 * way, with its text. An opening that fails has run no constructor.
 */
function posixOpener(): Open {
  const libc = systemLibrary();
  const dlopen = libc.func('dlopen', 'void *', ['str', 'int']);
  const dlsym = libc.func('dlsym', 'void *', ['void *', 'str']);
  const flags = dlopenFlags(process.platform);
  return (path, done, failed) => {
    dlopen.async(path, flags, (failure: Error | null, handle: bigint | null) => {
      if (failure !== null) failed(failure);
      else if (handle !== null) done((name) => dlsym(handle, name));
      else failed(wordsOfFailure(path));
    });
  };
}

function wordsOfFailure(path: string): Error {
  try {
    koffi.load(path);
  } catch (error) {
    return error as Error;
  }
  return new Error(`${path} could not be opened at first, and then could`);
}

/** Here a failed opening may have run code (DllMain), so it is not repeated. */
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
  const words = (step: string) => new Error(`${step} failed with system error ${lastError()}`);

  return (path, done, failed) => {
    loadLibrary.async(
      path,
      null,
      LOAD_LIBRARY_FLAGS,
      (failure: Error | null, module: bigint | null) => {
        if (failure !== null) failed(failure);
        else if (module === null) failed(words('LoadLibraryExW'));
        else if (pin(PIN_FLAG, path, [null]) === 0) failed(words('Pinning'));
        else done((name) => address(module, name));
      },
    );
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
