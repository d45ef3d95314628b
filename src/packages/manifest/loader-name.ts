import type { LoaderName } from './plugin-manifest.js';

// By suffix of the entry. Without a known suffix it is a stem, which only native code has.
const BY_SUFFIX: Readonly<Record<string, LoaderName>> = {
  so: 'native',
  dylib: 'native',
  dll: 'native',
  wasm: 'wasm',
  js: 'builtin',
  mjs: 'builtin',
  cjs: 'builtin',
  exe: 'process',
  py: 'process',
  rb: 'process',
  sh: 'process',
};

/** The loader that an entry stands for: its suffix tells, else it is a native library's stem. */
export function loaderOf(entry: string): LoaderName {
  const suffix = /\.([a-z]+)$/i.exec(entry)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(BY_SUFFIX, suffix) ? (BY_SUFFIX[suffix] as LoaderName) : 'native';
}
