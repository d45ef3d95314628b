/**
 * The functions of the operating system that open a library, looked up through koffi and handed to the
 * addon, which calls them on a thread of its own. This is the only way by which plugin code comes into
 * the process.
 */
import koffi, { type LibraryHandle } from 'koffi';
import type { SystemFunctions } from '../../../abi/addon.js';
import { dlopenFlags, LOAD_LIBRARY_FLAGS, noLoadFlag, PIN_FLAG } from './open-flags.js';

/** What is open in this process already: the C library above all. Opens nothing. */
export function systemLibrary(): LibraryHandle {
  return koffi.load(null);
}

/** Looked up now, so before the first library is opened: a look-up waits for what is being opened. */
export function systemFunctions(): SystemFunctions {
  return process.platform === 'win32' ? windowsFunctions() : posixFunctions();
}

/** Those of the symbols that something in this process defines. As systemFunctions(). */
export function definedSymbols(names: readonly string[]): string[] {
  const system = systemLibrary();
  return names.filter((name) => {
    try {
      system.symbol(name);
      return true;
    } catch {
      return false;
    }
  });
}

function posixFunctions(): SystemFunctions {
  const libc = systemLibrary();
  return {
    open: libc.symbol('dlopen'),
    find: libc.symbol('dlsym'),
    words: libc.symbol('dlerror'),
    pin: 0n,
    flags: dlopenFlags(process.platform),
    pinFlags: 0,
    peekFlags: noLoadFlag(process.platform),
  };
}

function windowsFunctions(): SystemFunctions {
  const kernel = koffi.load('kernel32.dll');
  return {
    open: kernel.symbol('LoadLibraryExW'),
    find: kernel.symbol('GetProcAddress'),
    words: kernel.symbol('GetLastError'),
    pin: kernel.symbol('GetModuleHandleExW'),
    flags: LOAD_LIBRARY_FLAGS,
    pinFlags: PIN_FLAG,
    peekFlags: 0,
  };
}
