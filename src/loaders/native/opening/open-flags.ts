// With what each operating system is told to open a library for good: all of its symbols now, its
// names for itself alone, and never to be closed.

/** dlfcn.h: RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE, which macOS has under other numbers. */
export function dlopenFlags(platform: NodeJS.Platform): number {
  return platform === 'darwin' ? 0x2 | 0x4 | 0x80 : 0x2 | 0x0 | 0x1000;
}

const NO_LOAD: Partial<Record<NodeJS.Platform, number>> = {
  android: 0x4,
  darwin: 0x10,
  freebsd: 0x2000,
  linux: 0x4,
};

/** dlfcn.h: RTLD_NOLOAD; 0 where its number is not known. */
export function noLoadFlag(platform: NodeJS.Platform): number {
  return NO_LOAD[platform] ?? 0;
}

/**
 * libloaderapi.h: LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS. What it needs
 * is looked up beside it and in the system, not in the working directory or in PATH.
 */
export const LOAD_LIBRARY_FLAGS = 0x100 | 0x1000;

/** libloaderapi.h: GET_MODULE_HANDLE_EX_FLAG_PIN, which stands for RTLD_NODELETE. */
export const PIN_FLAG = 0x1;
