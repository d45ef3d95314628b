import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AisopodError } from './errors/index.js';
import { HOST_NAME, HOST_VERSION } from './version.js';

/** What base uses of the addon; src/abi/addon.ts describes the rest. */
export interface JsonChecker {
  /** The version of aisopod that it was built from. */
  readonly version: string;
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

/** The packages with an addon that is built already, by platform. package.json of each has the rest. */
export const PREBUILT: Readonly<Record<string, string>> = { 'linux-x64': '@aisopod/linux-x64-gnu' };

/** The folder of this package: from src/base as from dist/base, it is two folders up. */
export const PACKAGE_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where `aisopod build-addon` puts the addon, and `npm run build` of a checkout. */
export const BUILT_ADDON = join(PACKAGE_FOLDER, 'build', 'node', 'Release', 'aisopod.node');

const PLATFORM = `${process.platform}-${process.arch}`;
const BUILD = 'aisopod build-addon';

const require = createRequire(import.meta.url);
let loaded: JsonChecker | undefined;

/** Returns the exports of the addon, if this thread has loaded it. */
export function loadedAddonFile(): JsonChecker | undefined {
  return loaded;
}

/**
 * Returns the exports of the addon, which the first call loads: the file that the environment variable
 * AISOPOD_ADDON names, else the one that was built in the package, else the one of the platform's package.
 * @throws AisopodError ADDON_MISSING when there is none, or it does not fit this machine or this version
 */
export function loadAddonFile(): JsonChecker {
  if (loaded !== undefined) return loaded;
  const file = findAddon();
  let found: Partial<JsonChecker>;
  try {
    if (!existsSync(file)) throw new Error('it does not exist');
    found = require(file);
  } catch (cause) {
    const off = addonsOff(cause);
    if (off !== null) throw off;
    const why = (cause as Error).message.replace(/\.$/, '');
    throw addonMissing(
      `The native addon ${file} cannot be loaded by Node.js ${process.version} on ${PLATFORM}: ${why}. ` +
        `Build one that fits with: ${BUILD}`,
      { file },
      cause,
    );
  }
  const { version = 'another version' } = found;
  if (version !== HOST_VERSION) {
    throw addonMissing(
      `The native addon ${file} is of aisopod ${version}, but this is aisopod ${HOST_VERSION}. ` +
        `${replacement(file)} with: ${BUILD}`,
      { file, version, expected: HOST_VERSION },
    );
  }
  loaded = found as JsonChecker;
  return loaded;
}

function findAddon(): string {
  const given = process.env.AISOPOD_ADDON ?? '';
  if (given !== '') return resolve(given);
  if (existsSync(BUILT_ADDON) && isOwnFolder()) return BUILT_ADDON;
  const name = PREBUILT[PLATFORM];
  if (name !== undefined) {
    try {
      return require.resolve(name);
    } catch {
      // It is not installed; the error below says what to do.
    }
  }
  const neither = name === undefined ? '' : `, and the package ${name} is not installed`;
  throw addonMissing(
    `There is no native addon for ${PLATFORM}: ${BUILT_ADDON} does not exist${neither}. ` +
      `Build it with: ${BUILD}`,
    { file: BUILT_ADDON, package: name ?? null },
  );
}

/** False in a bundle: two folders up from the file of a bundle is a folder of anyone. */
function isOwnFolder(): boolean {
  try {
    return require(join(PACKAGE_FOLDER, 'package.json')).name === HOST_NAME;
  } catch {
    return false;
  }
}

/** How to get an addon of the right version in place of this one, as the begin of a sentence. */
function replacement(file: string): string {
  if (file === BUILT_ADDON) return 'Build it again';
  const name = PREBUILT[PLATFORM];
  const prebuilt = name !== undefined && (process.env.AISOPOD_ADDON ?? '') === '';
  return prebuilt ? `Install ${name}@${HOST_VERSION}, or build the addon` : 'Build one';
}

function addonMissing(message: string, details: object, cause?: unknown): AisopodError {
  return new AisopodError(
    'ADDON_MISSING',
    message,
    cause === undefined ? { details } : { details, cause },
  );
}

/**
 * Finds out whether Node.js was started so that it loads no native code, which is neither a fault of the
 * addon nor of another package with native code.
 * @param error of loading one of them
 * @returns ADDON_MISSING, which names the option; null: it has another reason
 */
export function addonsOff(error: unknown): AisopodError | null {
  if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_DLOPEN_DISABLED') return null;
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  const limited = 'permission' in process && !given.includes('--no-addons');
  const [how, mend] = limited
    ? ['its permission model and without --allow-addons', 'Add that option: node --allow-addons']
    : ['--no-addons', 'Start it without that option.']; // or a Worker was: it takes options too
  return new AisopodError(
    'ADDON_MISSING',
    `Node.js runs with ${how}, so it loads no native code, which native plugins and the storage need. ${mend}`,
    { details: { option: limited ? '--allow-addons' : '--no-addons' }, cause: error },
  );
}
