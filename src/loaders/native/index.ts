import { basename } from 'node:path';
import { ENTRY_SYMBOL } from '../../abi/index.js';
import { showPath } from '../../base/text/index.js';
import type { LoadedPlugin, Loader, LoadRequest } from '../../instance/index.js';
import { MANIFEST_NAME } from '../../packages/discovery/index.js';
import type { CopyOptions } from './copies/copies.js';
import type { KnownLibraries } from './copies/known-libraries.js';
import { type CopyOpening, openCopy } from './copies/open-copy.js';
import { partialWarnings } from './copies/partial-copy.js';
import { NativePluginInstance } from './instance/native-instance.js';
import { checkCLibrary } from './opening/c-library.js';
import { readDescriptor } from './opening/descriptor.js';
import { checkLibrary, checkStack } from './opening/preflight.js';
import { refuseSanitizer, sanitizerOf } from './opening/sanitizers.js';
import { setUpOpener } from './opening/set-up-opener.js';
import { changeWarnings } from './process/process-watch.js';

export { systemLibrary } from './opening/system-loader.js';

const HERE = { platform: process.platform, arch: process.arch, entrySymbol: ENTRY_SYMBOL };

/**
 * Opens libraries in this process: koffi opens them, the addon runs them.
 * @param libraries what is known of them from earlier starts, and where their private copies are kept
 */
export function nativeLoader(libraries: KnownLibraries): Loader {
  return { load: (request) => load(request, libraries) };
}

async function load(request: LoadRequest, libraries: KnownLibraries): Promise<LoadedPlugin> {
  const { manifest, entry, limits, accept } = request;
  const name = showPath(entry);
  // Before anything is opened: a library that never finishes opening holds the system's loader.
  setUpOpener();
  const copying: CopyOptions = {
    copiesDir: libraries.copiesDir,
    ensurePrivate: () => libraries.ensurePrivate(),
    generation: 0,
    folder: manifest.dir,
    shared: basename(manifest.file) !== MANIFEST_NAME,
    limits,
    onPartial: (partial) => {
      for (const warning of partialWarnings(manifest.plugin.id, partial, limits)) {
        request.events.warning(warning);
      }
    },
    signal: request.signal,
    check: (info) => {
      checkLibrary(info, { ...HERE, path: name });
      checkCLibrary(info, name);
      refuseSanitizer(name, sanitizerOf(info));
    },
    checkSibling: (info, path) => {
      checkStack(info, { ...HERE, path: showPath(path) });
      checkCLibrary(info, showPath(path));
      refuseSanitizer(showPath(path), sanitizerOf(info));
    },
  };
  const opening: CopyOpening = {
    limitMs: limits.openMs,
    original: name,
    pluginId: manifest.plugin.id,
    pluginDir: manifest.dir,
    onChange: (ran, before, after, own) => {
      const change = { plugin: manifest.plugin.id, ran, before, after, own, accept };
      for (const warning of changeWarnings(change)) request.events.warning(warning);
    },
    events: request.events,
    admit: request.admit,
  };
  const { copy, library } = await openCopy(entry, copying, opening, libraries);
  const descriptor = readDescriptor(library, manifest.plugin);
  const instance = new NativePluginInstance({
    plugin: manifest.plugin.id,
    handle: {
      descriptor: descriptor.address,
      pluginDir: manifest.dir,
      dataDir: request.dataDir,
      config: request.config,
      kinds: request.kinds,
      limits,
    },
    accept,
    requests: request.requests,
    events: request.events,
    begins: request.begins,
  });
  return {
    instance,
    library: {
      opened: copy.path,
      sha256: copy.sha256,
      format: copy.format,
      machine: copy.machine,
      abi: `${descriptor.abiMajor}.${descriptor.abiMinor}`,
      build: descriptor.build,
      needed: copy.needed,
    },
  };
}
