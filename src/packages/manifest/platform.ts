import { type Shape, value } from '../../base/shape/index.js';

/** `process.platform`-`process.arch`, such as `linux-x64`. */
export type PlatformName = `${string}-${string}`;

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openbsd', 'sunos', 'win32'];
const MACHINES = 'arm arm64 ia32 loong64 mips mipsel ppc64 riscv64 s390 s390x x64'.split(' ');

// How others call the same; for the hint only.
const OTHER_NAMES: Readonly<Record<string, string>> = {
  macos: 'darwin',
  mac: 'darwin',
  osx: 'darwin',
  windows: 'win32',
  win64: 'win32',
  win: 'win32',
  x86_64: 'x64',
  amd64: 'x64',
  aarch64: 'arm64',
  i386: 'ia32',
  i686: 'ia32',
  x86: 'ia32',
};

const PATTERN = new RegExp(`^(?:${SYSTEMS.join('|')})-(?:${MACHINES.join('|')})$`);

/** The platform of this process. */
export const CURRENT_PLATFORM: PlatformName = `${process.platform}-${process.arch}`;

export const platformName: Shape<PlatformName> = value({
  expected: 'a platform such as "linux-x64", "darwin-arm64" or "win32-x64"',
  schema: { type: 'string', pattern: PATTERN.source },
  convert: (found) =>
    typeof found === 'string' && PATTERN.test(found) ? (found as PlatformName) : undefined,
  hint: (found) => {
    if (typeof found !== 'string') return null;
    const cut = found.indexOf('-');
    const parts = [found.slice(0, cut), found.slice(cut + 1)].map((part) => {
      const lower = part.toLowerCase();
      return Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : lower;
    });
    const meant = parts.join('-');
    return PATTERN.test(meant) ? `write "${meant}"` : null;
  },
});

/** What a native library is called: the suffixes of all systems. */
export const LIBRARY_SUFFIXES = ['.so', '.dylib', '.dll'] as const;

/** The suffix of native libraries on `platform`. */
export function librarySuffix(platform: string): (typeof LIBRARY_SUFFIXES)[number] {
  if (platform.startsWith('win32-')) return '.dll';
  return platform.startsWith('darwin-') ? '.dylib' : '.so';
}

/** `libfoo.so` gives `libfoo`; a name without such a suffix is its own stem. */
export function libraryStem(name: string): string {
  const lower = name.toLowerCase();
  const suffix = LIBRARY_SUFFIXES.find((s) => lower.length > s.length && lower.endsWith(s));
  return suffix ? name.slice(0, -suffix.length) : name;
}
