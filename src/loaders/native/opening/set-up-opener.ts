import { constants } from 'node:os';
import type { NativeAddon } from '../../../abi/addon.js';
import { ENTRY_SYMBOL } from '../../../abi/index.js';
import { HOST_NAME, HOST_VERSION } from '../../../base/version.js';
import { bridge } from '../process/bridge.js';
import { SANITIZERS } from './sanitizer-runtimes.js';
import { definedSymbols, systemFunctions } from './system-loader.js';

let ready: NativeAddon | undefined;

/**
 * Makes the addon ready to open libraries. Whatever has to be looked up for that is looked up before
 * the first library is opened in this process, since a look-up waits for what is being opened.
 * @throws AisopodError ADDON_MISSING
 */
export function setUpOpener(): NativeAddon {
  if (ready !== undefined) return ready;
  const addon = bridge();
  if (!addon.openerIsSetUp()) setUp(addon);
  ready = addon;
  return addon;
}

function setUp(addon: NativeAddon): void {
  askForTheLibc();
  addon.setUpOpener({
    ...systemFunctions(),
    entry: ENTRY_SYMBOL,
    hostName: HOST_NAME,
    hostVersion: HOST_VERSION,
    knownSymbols: definedSymbols(SANITIZERS.map(({ symbol }) => symbol)),
  });
}

/**
 * When a Worker ends, Node.js closes its addons, and looks up once which C library this is. It does
 * so too for a library that turns out not to be an addon: asked here, it knows the answer by the time
 * that a constructor holds the loader.
 */
function askForTheLibc(): void {
  if (process.platform !== 'linux') return;
  try {
    process.dlopen({ exports: {} }, 'libc.so.6', constants.dlopen.RTLD_LAZY);
  } catch {
    // It is not an addon; or it has another name, and then this is not glibc.
  }
}
