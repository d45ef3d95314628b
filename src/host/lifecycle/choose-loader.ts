import { addonsOff } from '../../base/addon.js';
import { AisopodError } from '../../base/errors/index.js';
import { lazily } from '../../base/lazily.js';
import type { HostConfig } from '../../config/index.js';
import type { Home } from '../../home/paths/index.js';
import type { Loader } from '../../instance/index.js';
import type { KnownLibraries } from '../../loaders/native/copies/known-libraries.js';
import type { PluginManifest } from '../../packages/manifest/index.js';
import type { Trust } from '../../registry/index.js';

const loadKnownLibraries = lazily(() => import('../../loaders/native/copies/known-libraries.js'));
/** It imports many modules. */
const loadNativeLoader = lazily(() => import('../../loaders/native/index.js'), 64);

type NativeLoader = (libraries: KnownLibraries) => Loader;

/** koffi and the addon are loaded by the first native plugin, not before, and looked for once. */
let native: NativeLoader | undefined;

/** What is known about the libraries of native plugins; loaded by the first of them. */
export class NativeLibraries {
  readonly #home: Home;
  #known: KnownLibraries | null = null;

  constructor(home: Home) {
    this.#home = home;
  }

  /** null: no native plugin has been started. */
  get known(): KnownLibraries | null {
    return this.#known;
  }

  async load(): Promise<KnownLibraries> {
    const { KnownLibraries } = await loadKnownLibraries();
    this.#known ??= new KnownLibraries(this.#home);
    return this.#known;
  }
}

/** A plugin in the user's own folders is trusted unless [trust] says otherwise. */
export function trustOf(id: string, config: HostConfig): Trust {
  return config.trustFor(id) ?? 'trusted';
}

/**
 * Refuses what this host cannot run as the manifest and config.toml want it: nothing is weakened.
 * @param own of a plugin that is code of this program; null for all others
 * @throws AisopodError LOADER_UNSUPPORTED
 */
export function refuseUnloadable(
  id: string,
  { runtime }: Pick<PluginManifest, 'runtime'>,
  config: HostConfig,
  own: Loader | null,
): void {
  const { loader, isolation } = runtime;
  const refuse = (what: string, mend: string) =>
    new AisopodError('LOADER_UNSUPPORTED', `Plugin ${id} ${what}. ${mend}`, {
      details: { plugin: id, loader, isolation },
    });
  if (loader !== 'native' && own === null) {
    throw refuse(
      `asks for the loader "${loader}", which this host does not have`,
      'It loads native plugins only.',
    );
  }
  const wanted = config.settingsFor(id).isolation ?? isolation;
  if (isolation !== 'none' || wanted !== 'none') {
    throw refuse(
      `asks for isolation "${isolation !== 'none' ? isolation : wanted}", and this host ` +
        'can only run it in its own process',
      'Run it with isolation "none" only if you trust it.',
    );
  }
  if (trustOf(id, config) !== 'trusted') {
    throw refuse(
      'is not trusted by config.toml, and this host can only run it in its own process',
      'Trust it under [trust] only if you trust its author.',
    );
  }
}

/**
 * The way to reach the code of a plugin.
 * @param own of a plugin that is code of this program; null for all others
 * @param libraries for a native one
 * @throws AisopodError LOADER_UNSUPPORTED
 */
export function loaderFor(
  manifest: PluginManifest,
  config: HostConfig,
  own: Loader | null,
  libraries: NativeLibraries,
): Loader | Promise<Loader> {
  refuseUnloadable(manifest.plugin.id, manifest, config, own);
  if (own !== null) return own;
  const { known } = libraries;
  return native === undefined || known === null ? importNative(libraries) : native(known);
}

async function importNative(libraries: NativeLibraries): Promise<Loader> {
  const { nativeLoader } = await loadNativeLoader().catch(withoutKoffi);
  native = nativeLoader;
  return nativeLoader(libraries.known ?? (await libraries.load()));
}

/** The loader needs koffi, a package with native code of its own. */
function withoutKoffi(cause: Error): never {
  throw (
    addonsOff(cause) ??
    new AisopodError(
      'ADDON_MISSING',
      `The package koffi, which opens libraries, cannot be loaded: ${cause.message.split('\n', 1)[0]}. ` +
        'Install the dependencies of aisopod again: npm install',
      { details: { package: 'koffi' }, cause },
    )
  );
}
