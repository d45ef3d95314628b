import { AisopodError } from '../../../src/base/errors/index.js';
import { type LibraryInfo, readLibrary } from '../../../src/packages/binary/index.js';

/**
 * Asks a library for everything that it can be asked for.
 * @returns null when it was refused with LIBRARY_FORMAT; any other error is thrown on
 */
export function readAll(bytes: Uint8Array): LibraryInfo | null {
  try {
    const info = readLibrary(bytes, 'x', 'x64');
    // Each is asked for, also when one before it was refused.
    const asked = [
      () => info.findExport('aisopod_plugin_v1'),
      () => info.exports,
      () => info.imports,
      () => info.uniqueSymbols,
      () => info.needed,
      () => info.rpath,
      () => info.runpath,
      () => info.soname,
      () => info.slices,
    ];
    const answers = asked.map(refused);
    return answers.includes(true) ? null : info;
  } catch (error) {
    if (AisopodError.is(error) && error.code === 'LIBRARY_FORMAT') return null;
    throw error;
  }
}

/** Whether asking ends with LIBRARY_FORMAT. */
function refused(ask: () => unknown): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    if (AisopodError.is(error) && error.code === 'LIBRARY_FORMAT') return true;
    throw error;
  }
}
