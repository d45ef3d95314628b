import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../home/paths/index.js';
import { isPluginId } from '../home/plugin-id.js';
import type { Listing, Listings } from '../home/state/index.js';
import { pluginFile } from './layers.js';

const END = '.toml';

/** Such a file is the manifest of a library that lies there. */
const BARE_MANIFEST = '.plugin.toml';

/** A file of the home that holds the configuration of one plugin and nothing else. */
export interface PluginFile {
  readonly plugin: string;
  readonly file: string;
}

/** The files `<id>.toml` of a home. */
export class PluginFiles {
  readonly #home: Home;
  readonly #listings: Listings;
  #of: Listing | null = null;
  /** In lower case, as some file systems compare names. */
  #names: ReadonlySet<string> = new Set();

  constructor(home: Home, listings: Listings) {
    this.#home = home;
    this.#listings = listings;
  }

  /** The file of a plugin, if it exists now. */
  find(id: string): string | null {
    if (this.#list() && !this.#names.has(id + END)) return null;
    const file = pluginFile(this.#home, id);
    return existsSync(file) ? file : null;
  }

  /** All of them, also those whose plugin is not there. */
  get all(): readonly PluginFile[] {
    if (!this.#list() || this.#names.size === 0) return [];
    return (this.#of?.names ?? [])
      .filter((name) => name.endsWith(END) && !name.endsWith(BARE_MANIFEST))
      .map((name) => ({ plugin: name.slice(0, -END.length), file: join(this.#home.plugins, name) }))
      .filter(({ plugin }) => isPluginId(plugin));
  }

  /** @returns false: the folder cannot be listed; the scan says what is wrong with it */
  #list(): boolean {
    try {
      const listing = this.#listings.list(this.#home.plugins);
      if (listing === this.#of) return true;
      const names = listing.names.map((name) => name.toLowerCase());
      this.#names = new Set(names.filter((name) => name.endsWith(END)));
      this.#of = listing;
      return true;
    } catch {
      return false;
    }
  }
}
