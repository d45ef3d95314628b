import { AisopodError } from '../../base/errors/index.js';
import { showPath } from '../../base/text/index.js';
import {
  discover,
  KnownFolders,
  type SearchPath,
  searchPaths,
} from '../../packages/discovery/index.js';
import type { HostCore } from '../host-core.js';
import { PluginRecord } from '../plugins/plugin-record.js';
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
    const { home, facts, records } = this.#core;
    this.#known = new KnownFolders(home, facts);
    const { embedded } = records;
    const found = this.#find(this.searchPaths, this.#known, embedded);
    records.replaceAll([...embedded, ...found]);
    for (const record of found) this.validate(record);
  }

  /** The plugin in a folder. @throws AisopodError MANIFEST_MISSING */
  inFolder(dir: string): PluginRecord {
    const { home } = this.#core;
    const only = searchPaths({ home, env: {}, pluginDirs: [dir] }).slice(0, 1);
    const [record] = this.#find(only, null, []);
    if (record !== undefined) return record;
    throw new AisopodError('MANIFEST_MISSING', `${showPath(dir)} holds no plugin.`, {
      details: { dir },
    });
  }

  /** Moves a finding to the state that its manifest allows, without running any of its code. */
  validate({ found, lifecycle }: PluginRecord): void {
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
    own: readonly PluginRecord[],
  ): PluginRecord[] {
    const { config, facts, events } = this.#core;
    const pinOf = (id: string) => config.settingsFor(id).version;
    const found = discover({ paths, host: facts, pinOf, known });
    return found.map((each) => new PluginRecord(shadowedBy(own, each), events));
  }
}
