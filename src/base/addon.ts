import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AisopodError } from './errors/index.js';

/** What base uses of the addon; src/abi/addon.ts describes the rest. */
export interface JsonChecker {
  /**
   * Decides whether a text is JSON that every reader understands alike; see native/core/json/check.h.
   * @param text or its bytes, which need not be UTF-8
   * @param depth how many levels it may have, 0 to 512, the default
   * @returns null; or what is wrong in words, the byte of its UTF-8 at which, and what to write
   *   instead or ''
   */
  checkJson(
    text: string | Uint8Array,
    depth?: number,
  ): [what: string, byte: number, advice: string] | null;
}

let loaded: JsonChecker | undefined;

/** Returns the exports of the addon, if this thread has loaded it. */
export function loadedAddonFile(): JsonChecker | undefined {
  return loaded;
}

/**
 * Returns the exports of the addon, which the first call loads. The environment variable AISOPOD_ADDON
 * names the file of another build of it than the package's own, such as one with a sanitizer.
 * @throws AisopodError ADDON_MISSING when it is not built or does not fit
 */
export function loadAddonFile(): JsonChecker {
  if (loaded !== undefined) return loaded;
  const file = addonFile();
  if (!existsSync(file)) {
    throw new AisopodError(
      'ADDON_MISSING',
      `the native addon is not built: ${file} does not exist. Run: npm run build:native`,
      { details: { file } },
    );
  }
  try {
    loaded = createRequire(import.meta.url)(file) as JsonChecker;
  } catch (cause) {
    throw new AisopodError(
      'ADDON_MISSING',
      `the native addon ${file} does not fit this Node.js (${process.version}, ` +
        `${process.platform}-${process.arch}): ${(cause as Error).message}. ` +
        'Build it again: npm run build:native',
      { details: { file }, cause },
    );
  }
  return loaded;
}

function addonFile(): string {
  // From src/base as from dist/base, the package lies two folders up.
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
  const given = process.env.AISOPOD_ADDON ?? '';
  return given === '' ? join(root, 'build', 'node', 'Release', 'aisopod.node') : resolve(given);
}
