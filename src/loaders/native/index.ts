import { ENTRY_SYMBOL, PluginFlag } from '../../abi/index.js';
import { showPath } from '../../base/text/index.js';
import type {
  CopiesHeld,
  LibraryFacts,
  LoadedPlugin,
  Loader,
  LoadRequest,
} from '../../instance/index.js';
import { isBareManifest } from '../../packages/manifest/index.js';
import type { CopyOptions, LibraryCopy } from './copies/copies.js';
import { holdCopy } from './copies/held-copies.js';
import type { KnownLibraries } from './copies/known-libraries.js';
import { type CopyOpening, openCopy } from './copies/open-copy.js';
import { openOwnCopy } from './copies/own-copy.js';
import { partialWarnings } from './copies/partial-copy.js';
import { NativePluginInstance } from './instance/native-instance.js';
import { checkCLibrary } from './opening/c-library.js';
import { type Descriptor, readDescriptor } from './opening/descriptor.js';
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
  const { manifest, entry, limits, accept, copyOwn = false } = request;
  const { copiesDir } = libraries;
  // Before anything is opened: a library that never finishes opening holds the system's loader.
  setUpOpener();
  const opening: CopyOpening = {
    limitMs: limits.openMs,
    original: showPath(entry),
    pluginId: manifest.plugin.id,
    pluginDir: manifest.dir,
    onChange: (ran, before, after, own) => {
      const change = { plugin: manifest.plugin.id, ran, before, after, own, accept };
      for (const warning of changeWarnings(change)) request.events.warning(warning);
    },
    events: request.events,
    admit: request.admit,
  };
  const opened = copyOwn
    ? await openOwnCopy(entry, copyingFor(request, libraries), opening)
    : await openCopy(
        entry,
        () => ({ ...copyingFor(request, libraries), generation: 0 }),
        opening,
        libraries,
      );
  const { copy, library } = opened;
  // Whatever comes of it, it stays open.
  const held = holdCopy(copiesDir, manifest.plugin.id, copy.path.slice(0, -copy.name.length - 1));
  const earlier = held instanceof Promise ? await held : held;
  const descriptor = readDescriptor(library, {
    ...manifest.plugin,
    file: request.manifestFile ?? manifest.dir,
  });
  return loadedFrom(descriptor, factsOf(copy, descriptor, earlier));
}

/** A plugin whose library is open. It lives as long as its generation, so it holds nothing else. */
function loadedFrom(descriptor: Descriptor, library: LibraryFacts): LoadedPlugin {
  return {
    single: (descriptor.flags & PluginFlag.SINGLE) !== 0,
    library,
    instantiate: (given) => instanceOf(descriptor, given),
  };
}

/** How the private copy of a library is made, if there is none. */
function copyingFor(
  { manifest, entry, limits, signal, events }: LoadRequest,
  libraries: KnownLibraries,
): Omit<CopyOptions, 'generation'> {
  const name = showPath(entry);
  return {
    copiesDir: libraries.copiesDir,
    ensurePrivate: () => libraries.ensurePrivate(),
    folder: manifest.dir,
    shared: isBareManifest(manifest.file),
    limits,
    onPartial: (partial) => {
      for (const warning of partialWarnings(manifest.plugin.id, partial, limits)) {
        events.warning(warning);
      }
    },
    signal: signal(),
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
}

/** @throws AisopodError INSTANCE_LIMIT */
function instanceOf({ address }: Descriptor, request: LoadRequest): NativePluginInstance {
  const { manifest, limits, accept } = request;
  return new NativePluginInstance({
    plugin: manifest.plugin.id,
    maker: request.generation,
    handle: {
      descriptor: address,
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
}

function factsOf(
  { path, sha256, format, machine, needed }: LibraryCopy,
  { abiMajor, abiMinor, build }: Descriptor,
  earlier: CopiesHeld,
): LibraryFacts {
  const abi = `${abiMajor}.${abiMinor}`;
  return { opened: path, sha256, format, machine, abi, build, needed, earlier };
}
