/**
 * The functions of the operating system that open a library, called through koffi. Apart from the
 * addon of this package, which opens nothing, this is the only way by which plugin code comes into
 * the process.
 */
import koffi, { type LibraryHandle } from 'koffi';
import { dlopenFlags, LOAD_LIBRARY_FLAGS, PIN_FLAG } from './open-flags.js';

export type { LibraryHandle };

/** Constructors run on the stack of an asynchronous call, for which 128 KiB would be little. */
const STACK_BYTES = 8 * 1024 * 1024;

/** Never closed and never collected: a thread of the plugin may run in it until the process ends. */
const handles: LibraryHandle[] = [];

/** Opens a library; answers null, or what the system says about a failure. */
type Open = (path: string, done: (failure: Error | null) => void) => void;

/** Made on first use: koffi takes no configuration once it has loaded anything. */
let opener: Open | undefined;

/**
 * Opens a library for good, on a thread of the pool: its constructors run there, not on the event
 * loop. Keeps the process alive until they have returned.
 * @throws Error with the words of the operating system
 */
export function openForGood(path: string): Promise<LibraryHandle> {
  opener ??= process.platform === 'win32' ? windowsOpener() : posixOpener();
  const open = opener;
  return new Promise<void>((resolve, reject) => {
    open(path, (failure) => (failure === null ? resolve() : reject(failure)));
  }).then(() => keep(path));
}

/** A second handle, for looking up symbols; what is open already runs nothing again. */
function keep(path: string): LibraryHandle {
  const handle = koffi.load(path);
  handles.push(handle);
  return handle;
}

/** What is open in this process already: the C library above all. Opens nothing. */
export function systemLibrary(): LibraryHandle {
  raiseStack();
  return koffi.load(null);
}

/**
 * A failure needs no answer here: dlerror() belongs to the thread of the pool that failed, and
 * koffi.load() fails in the same way with its text. An opening that fails has run no constructor.
 */
function posixOpener(): Open {
  const dlopen = systemLibrary().func('dlopen', 'void *', ['str', 'int']);
  const flags = dlopenFlags(process.platform);
  return (path, done) => {
    dlopen.async(path, flags, (failure: Error | null) => done(failure));
  };
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
  const lastError = kernel.func('__stdcall', 'GetLastError', 'uint32_t', []);
  const words = (step: string) => new Error(`${step} failed with system error ${lastError()}`);

  return (path, done) => {
    loadLibrary.async(
      path,
      null,
      LOAD_LIBRARY_FLAGS,
      (failure: Error | null, module: bigint | null) => {
        if (failure !== null) done(failure);
        else if (module === null) done(words('LoadLibraryExW'));
        else if (pin(PIN_FLAG, path, [null]) === 0) done(words('Pinning'));
        else done(null);
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
