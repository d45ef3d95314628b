import { AisopodError } from '../../base/errors/index.js';
import { notFoundText, show, showPath } from '../../base/text/index.js';
import { isPluginId } from '../../home/plugin-id.js';
import {
  discover,
  KnownFolders,
  type SearchPath,
  type SearchPlace,
  searchPaths,
  searchPlaces,
} from '../../packages/discovery/index.js';
import type { HostCore } from '../host-core.js';
import type { Finding } from '../plugins/finding.js';
import { phaseOfFault } from '../plugins/phases.js';
import type { Plugin } from '../plugins/plugin.js';
import { usedOf } from '../plugins/plugin-table.js';
import { shadowedBy } from './embedded.js';
import { logSetUp, setUpWarnings } from './set-up-warnings.js';

/** Finds plugins on the disk, without running anything of them. */
export class PluginFinder {
  readonly #core: HostCore;
  /** What the last scan found out; null: it is kept in the home. */
  #known: KnownFolders | null = null;
  #searched: readonly SearchPath[] = [];
  #scannedAt = 0;

  constructor(core: HostCore) {
    this.#core = core;
  }

  /** Where plugins are looked for, in order of precedence. */
  get searchPaths(): readonly SearchPath[] {
    return searchPaths(this.#where);
  }

  /** The same, also where nothing is yet. */
  get places(): readonly SearchPlace[] {
    return searchPlaces(this.#where);
  }

  get #where() {
    const { home, env, config, options } = this.#core;
    const { pluginDirs = [] } = options;
    return { home, env, configPaths: config.paths, pluginDirs };
  }

  /** When discover() or rescan() began last, in milliseconds since the epoch; 0: never. */
  get scannedAt(): number {
    return this.#scannedAt;
  }

  /**
   * Finds all, in the place of what was found before.
   * @throws AisopodError USAGE, PLUGIN_NOT_FOUND for an option `only` that names no plugin
   */
  discover(): void {
    this.#core.listings.during(() => this.#discover());
  }

  #discover(): void {
    const { plugins } = this.#core;
    const { embedded } = plugins;
    const fresh = plugins.replaceAll([...embedded, ...this.rescan(embedded)]);
    this.#core.enabled.leaveOut(this.#leftOut(true));
    for (const plugin of fresh) this.validate(plugin);
    logSetUp(this.warnings, this.#core.logger);
  }

  /**
   * Finds what stands in the search paths now, and changes nothing in the host.
   * @param own what goes before all that is found there
   */
  rescan(own: readonly Finding[]): Finding[] {
    const { home, facts, listings } = this.#core;
    this.#scannedAt = Date.now();
    this.#known = new KnownFolders(home, facts, listings);
    this.#searched = this.searchPaths;
    return this.#find(this.#searched, this.#known, own);
  }

  /** Takes what is found while the host runs. @returns the plugins that are new, in phase discovered */
  update(findings: readonly Finding[]): readonly Plugin[] {
    const fresh = this.#core.plugins.update(findings);
    this.#core.enabled.leaveOut(this.#leftOut(false));
    return fresh;
  }

  /** What is odd about the set-up: SEARCH_PATH_MISSING, CONFIG_UNUSED. */
  get warnings(): readonly AisopodError[] {
    return setUpWarnings(this.#core, this.#searched);
  }

  /**
   * The plugins that the option `only` leaves out; the program's own ones it does not.
   * @param strictly refuse ids of plugins that are not there
   */
  #leftOut(strictly: boolean): ReadonlySet<string> {
    const { options, env, plugins } = this.#core;
    const only = onlyOf(options.only, env.AISOPOD_ONLY);
    if (only === null) return new Set();
    const kept = new Set<string>();
    const waiting = [...only];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (kept.has(id)) continue;
      kept.add(id);
      const plugin = plugins.find(id);
      if (plugin === undefined && strictly && only.includes(id)) throw unknownPlugin(id);
      waiting.push(...Object.keys(plugin?.found.manifest?.dependencies ?? {}));
    }
    const onDisk = plugins.all.filter(({ embedded }) => embedded === null);
    return new Set(onDisk.flatMap(({ found: { id } }) => (id === null || kept.has(id) ? [] : id)));
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

  /**
   * Where a plugin lies now, if that is read again; code of this program is the same always.
   * @throws AisopodError MANIFEST_MISSING
   */
  again({ name, found, embedded }: Plugin): Finding {
    if (embedded !== null) return { found, embedded };
    const paths = this.searchPaths;
    if (!paths.some(({ path }) => path === found.origin.path)) return this.inFolder(found.path);
    const findings = this.#find(paths, null, this.#core.plugins.embedded);
    const now = usedOf(findings.filter((each) => each.found.id === name));
    return now ?? this.inFolder(found.path);
  }

  /** Moves a plugin to the phase that its manifest allows, without running any of its code. */
  validate({ found, lifecycle }: Plugin): void {
    const { id, error } = found;
    if (error !== null) lifecycle.to(phaseOfFault(error), error);
    else if (id !== null && !this.#core.enabled.has(id))
      lifecycle.to('disabled', this.#core.enabled.leftOut(id));
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
    const { facts, listings } = this.#core;
    const pinOf = (id: string) => this.#core.pinFor(id);
    const found = discover({ paths, host: facts, pinOf, known, listings });
    return found.map((each) => ({ found: shadowedBy(own, each), embedded: null }));
  }
}

/** What may run alone; null: everything. @throws AisopodError USAGE */
function onlyOf(option: readonly string[] | undefined, given = ''): readonly string[] | null {
  if (option === undefined && given === '') return null;
  const name = option === undefined ? 'AISOPOD_ONLY' : 'only';
  const ids = option ?? (given === '-' ? [] : given.split(',').map((id) => id.trim()));
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  const wrong = isList ? ids.find((id) => !isPluginId(id)) : ids;
  if (isList && wrong === undefined) return ids;
  const text = `${name} must list ids of plugins, and ${show(wrong)} is not one.`;
  throw new AisopodError('USAGE', text, { details: { option: name, found: wrong } });
}

function unknownPlugin(id: string): AisopodError {
  const text = notFoundText('plugin', id, { list: 'aisopod plugins list' });
  return new AisopodError('PLUGIN_NOT_FOUND', text, { details: { plugin: id, option: 'only' } });
}
