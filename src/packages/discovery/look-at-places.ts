import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { manifestsIn } from './candidate.js';
import { below } from './safety.js';
import type { SearchPlace } from './search-path.js';

/** What is watched of one plugin: its folder, or all files that lie loose in a search directory. */
export interface Unit {
  /** The folder; of loose files, the search directory. */
  readonly path: string;
  /** Changes with every file that the host opens, and with the names, owners and modes of all others. */
  readonly stamp: string;
  /** Changes with manifests and libraries only, not with what plugins themselves may write next to them. */
  readonly code: string;
  /** When a file that the host opens was changed last, by its ctime, in milliseconds since the epoch. */
  readonly writtenAt: number;
  /** The same of everything in the folder. */
  readonly changedAt: number;
}

/** What stands in the search places at one moment. */
export interface Look {
  readonly units: ReadonlyMap<string, Unit>;
  /** Folders in which any entry may matter. */
  readonly folders: readonly string[];
  /** Paths that lead through links, or that do not exist yet. */
  readonly ways: readonly string[];
}

/** As many entries of a folder as a scan checks. */
const MOST_ENTRIES = 512;

/**
 * The host opens manifests, schemas and libraries. Programs that copy write under a temporary name that
 * has the final one in it: `.plugin.so.Xw3k2P` of rsync, `plugin.so.part`, `plugin.so~`.
 */
const OPENED = /\.(?:toml|json|ya?ml|so|dylib|dll|node|wasm)(?:$|[.~])/i;

const CODE = /(?:^|[/\\.])plugin\.(?:toml|json|ya?ml)$|\.(?:so(?:\.\d+)*|dylib|dll|node|wasm)$/i;

/** Looks at what stands in the search places, without reading any file. Never throws. */
export function lookAtPlaces(places: readonly SearchPlace[]): Look {
  const units = new Map<string, Unit>();
  const folders: string[] = [];
  const ways: string[] = [];
  const lookIn = (path: string) => {
    if (units.has(path)) return;
    const unit = new UnitLook(path, folders, ways);
    unit.enter(path, '');
    units.set(path, unit.done());
  };
  for (const { path, origin, single } of places) {
    ways.push(path);
    const entries = entriesOf(path);
    const names = entries.map(({ name }) => name);
    if (single || (origin !== 'home' && manifestsIn(names).length > 0)) {
      if (entries.length > 0 || single) lookIn(path);
      continue;
    }
    const loose = new UnitLook(path, folders, ways);
    loose.note('', path);
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const each = below(path, entry.name);
      if (entry.isSymbolicLink()) ways.push(each);
      if (isFolder(entry, each)) lookIn(each);
      else loose.note(entry.name, each);
    }
    units.set(path, loose.done());
    folders.push(path);
  }
  return { units, folders, ways };
}

/** Gathers what is seen of a unit. */
class UnitLook {
  readonly #path: string;
  readonly #folders: string[];
  readonly #ways: string[];
  readonly #lines: string[] = [];
  readonly #code: string[] = [];
  #writtenAt = 0;
  #changedAt = 0;
  #left = MOST_ENTRIES;

  constructor(path: string, folders: string[], ways: string[]) {
    this.#path = path;
    this.#folders = folders;
    this.#ways = ways;
  }

  done(): Unit {
    return {
      path: this.#path,
      stamp: this.#lines.join('\n'),
      code: this.#code.join('\n'),
      writtenAt: this.#writtenAt,
      changedAt: this.#changedAt,
    };
  }

  /** @param within its path in the unit; '' is the unit itself */
  enter(path: string, within: string): void {
    this.note(within, path);
    this.#folders.push(path);
    for (const entry of entriesOf(path, (code) => this.#lines.push(`${within} ${code}`))) {
      const { name } = entry;
      if (name === '.git') continue;
      if (this.#left-- === 0) return;
      const each = below(path, name);
      const inner = within === '' ? name : below(within, name);
      if (entry.isDirectory()) this.enter(each, inner);
      else this.note(inner, each);
    }
  }

  note(name: string, path: string): void {
    const own = statsOf(path, lstatSync);
    this.#add(name, own);
    if (own?.isSymbolicLink() !== true) return;
    this.#ways.push(path);
    this.#add(name, statsOf(path, statSync));
  }

  #add(name: string, stats: Stats | null): void {
    if (stats === null) {
      this.#lines.push(`${name} gone`);
      return;
    }
    const { dev, ino, mode, uid, gid, size, mtimeMs, ctimeMs } = stats;
    this.#changedAt = Math.max(this.#changedAt, ctimeMs);
    const rights = `${name} ${mode} ${uid} ${gid}`;
    if (stats.isDirectory() || !OPENED.test(name)) {
      this.#lines.push(rights);
      return;
    }
    this.#writtenAt = Math.max(this.#writtenAt, ctimeMs);
    const line = `${rights} ${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
    this.#lines.push(line);
    if (CODE.test(name)) this.#code.push(line);
  }
}

/** Sorted by name; none when the folder cannot be read. */
function entriesOf(path: string, failed: (code: string) => void = () => {}): Dirent[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    failed((error as NodeJS.ErrnoException).code ?? 'unknown');
    return [];
  }
}

function isFolder(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statsOf(path, statSync)?.isDirectory() === true;
}

/** null: it is gone, or cannot be looked at. */
function statsOf(path: string, ask: typeof statSync): Stats | null {
  try {
    return ask(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
