import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import {
  discover,
  KnownFolders,
  type SearchPath,
  searchPaths,
} from '../../packages/discovery/index.js';
import type { HostCore } from '../host-core.js';
import type { Finding } from '../plugins/finding.js';
import type { Plugin } from '../plugins/plugin.js';
import { shadowedBy } from './embedded.js';

/** Finds plugins on the disk, without running anything of them. */
export class PluginFinder {
  readonly #core: HostCore;
  /** What the last scan found out; null: it is kept in the home. */
  #known: KnownFolders | null = null;

  constructor(core: HostCore) {
    this.#core = core;
  }

  /** Where plugins are looked for, in order of precedence. */
  get searchPaths(): readonly SearchPath[] {
    const { home, env, config, options } = this.#core;
    const { pluginDirs = [] } = options;
    return searchPaths({ home, env, configPaths: config.paths, pluginDirs });
  }

  /** Finds all, in the place of what was found before. */
  discover(): void {
    const { home, facts, plugins } = this.#core;
    this.#known = new KnownFolders(home, facts);
    const { embedded } = plugins;
    const found = this.#find(this.searchPaths, this.#known, embedded);
    for (const plugin of plugins.replaceAll([...embedded, ...found])) this.validate(plugin);
  }

  /** The plugin in a folder. @throws AisopodError MANIFEST_MISSING */
  inFolder(dir: string): Finding {
    const { home } = this.#core;
    const only = searchPaths({ home, env: {}, pluginDirs: [dir] }).slice(0, 1);
    const [finding] = this.#find(only, null, []);
    if (finding !== undefined) return finding;
    throw new AisopodError('MANIFEST_MISSING', `${showPath(dir)} holds no plugin.`, {
      details: { dir },
    });
  }

  /** Moves a plugin to the phase that its manifest allows, without running any of its code. */
  validate({ found, lifecycle }: Plugin): void {
    const { id, error } = found;
    if (error !== null) lifecycle.to('failed_manifest', error);
    else if (id !== null && !this.#core.enabled.has(id)) lifecycle.to('disabled');
    else lifecycle.to('validated');
  }

  /** What the last scan found out and is worth being remembered; then it is forgotten here. */
  takeKnown(): KnownFolders | null {
    const known = this.#known;
    this.#known = null;
    return known;
  }

  #find(
    paths: readonly SearchPath[],
    known: KnownFolders | null,
    own: readonly Finding[],
  ): Finding[] {
    const { config, facts } = this.#core;
    const pinOf = (id: string) => config.settingsFor(id).version;
    const found = discover({ paths, host: facts, pinOf, known });
    return found.map((each) => ({ found: shadowedBy(own, each), embedded: null }));
  }
}
