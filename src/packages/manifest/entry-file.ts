import { type Shape, value } from '../../base/shape/index.js';
import type { LoaderName } from './plugin-manifest.js';

/** Whether `path` stays inside of the folder that it is relative to, judged by its text alone. */
export function staysInside(path: string): boolean {
  return !/^[\\/]|^[A-Za-z]:|(?:^|[\\/])\.\.(?:[\\/]|$)/.test(path);
}

// The same for editors: no drive, no folder called `..`.
const INSIDE = '(?![A-Za-z]:)(?!(?:\\P{Cc}*/)?\\.\\.(?:/|$))';

/** A file inside the plugin's folder, with `/` between folders on every system. */
export const entryFile: Shape<string> = {
  expected: 'a file inside the folder of the plugin, such as "calculator.so"',
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: 1024,
    pattern: `^${INSIDE}[^/\\\\\\p{Cc}](?:[^\\\\\\p{Cc}]*[^/\\\\\\p{Cc}])?$`,
  },
  read(found, place, findings) {
    const legal =
      typeof found === 'string' && /^[^\p{Cc}]{1,1024}$/u.test(found) && !found.endsWith('/');
    if (legal && staysInside(found) && !found.includes('\\')) return found;
    const outside = typeof found === 'string' && !staysInside(found);
    const backslash = legal && !outside && found.includes('\\');
    findings.error(place, found, this.expected, {
      hint: backslash ? `write "${found.replaceAll('\\', '/')}"` : null,
      ...(outside && { code: 'ENTRY_OUTSIDE', hint: 'it would leave the folder' }),
    });
    return undefined;
  },
};

/** A file beside the manifest that holds something for the host, such as a JSON Schema. */
export const besideFile: Shape<string> = value({
  expected: 'the name of a .json file inside the folder of the plugin',
  schema: {
    type: 'string',
    pattern: `^${INSIDE}(?![/\\\\])[^\\p{Cc}]*\\.json$`,
    maxLength: 1024,
  },
  convert: (found) =>
    typeof found === 'string' &&
    found.endsWith('.json') &&
    found.length <= 1024 &&
    !/\p{Cc}/u.test(found) &&
    staysInside(found)
      ? found
      : undefined,
});

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
