import type { Stats } from 'node:fs';
import { basename, join } from 'node:path';
import type { Home } from '../../home/paths/index.js';
import {
  digestOfPrints,
  type Fingerprint,
  fingerprint,
  isSettled,
  type ListedKind,
  Listings,
  PRINT_LENGTH,
  printsFromText,
  printsToText,
  readIndexed,
  type StateHeader,
  unchangedFolders,
  writeIndexed,
} from '../../home/state/index.js';
import {
  type HostFacts,
  joinManifest,
  MANIFEST_NAME,
  type ManifestBrief,
  type PluginManifest,
  type ResolvedEntry,
  splitManifest,
} from '../manifest/index.js';
import type { FolderContents } from './discovered-plugin.js';
import { below, currentUser } from './safety.js';

/** Raised when what is kept here changes its form or its meaning. */
const FORMAT = 4;

/** Directories with fewer names are listed as fast as this is read. */
const WORTH_KEEPING = 64;

const NONE: readonly string[] = Object.freeze([]);

const KINDS: Readonly<Record<string, ListedKind>> = { d: 'folder', f: 'file', l: 'link' };
const LETTERS: Readonly<Record<ListedKind, string>> = {
  folder: 'd',
  file: 'f',
  link: 'l',
  other: 'o',
};

/** A plugin's folder in which a scan found nothing to say but that it is a good plugin. */
interface KnownFolder {
  readonly path: string;
  /** What is in it, folders too, relative to it. */
  readonly names: readonly string[];
  /** The digest of the fingerprints of the folder itself and of each name. */
  readonly contents: string;
  readonly brief: ManifestBrief;
  /** Characters of the rest of the manifest in the body of the file. */
  readonly length: number;
  /** The manifest's file, where it is not aisopod.plugin.toml. */
  readonly file?: string;
  /** The entry's file, relative to the folder. */
  readonly entry: string;
}

/** A directory of plugins in which nothing was added, removed or renamed while that is its fingerprint. */
interface KnownDirectory {
  readonly path: string;
  readonly print: Fingerprint;
  readonly names: readonly string[];
  /** The first letters of what the names are. */
  readonly kinds: string;
}

/** The index of the file; its body are the manifests without their briefs, in the order of the folders. */
interface Kept {
  readonly directories: readonly KnownDirectory[];
  readonly folders: readonly KnownFolder[];
  /** Of each folder and then of each of its names, one folder after another; as printsToText() has them. */
  readonly prints: string;
}

/** What is remembered of a folder. */
export interface Recalled {
  readonly id: string;
  /** Names of hooks that the manifest lists. */
  readonly hooks: readonly string[];
  readonly manifest: PluginManifest;
  readonly entry: ResolvedEntry;
  readonly contents: FolderContents;
}

/** A folder as it has just been looked through. */
export class LookedThrough implements FolderContents {
  readonly names: readonly string[];
  /** Fingerprints, of the folder itself and then of each name. */
  readonly prints: readonly number[];
  #digest: string | null = null;

  constructor(names: readonly string[], prints: readonly number[]) {
    this.names = names;
    this.prints = prints;
  }

  get digest(): string {
    this.#digest ??= digestOfPrints(this.names, this.prints);
    return this.#digest;
  }
}

/** A folder to be kept, made into a record when that is done. */
interface Learned extends Pick<KnownFolder, 'path' | 'entry'> {
  readonly looked: LookedThrough;
  readonly manifest: PluginManifest;
}

/**
 * What the last scan found out about the folders of good plugins: `state/plugins.json` of the home.
 * A folder in which no file or folder has changed since needs not be read again.
 */
export class KnownFolders {
  readonly #file: string;
  readonly #header: StateHeader;
  readonly listings: Listings;
  readonly #before: Before;
  /** Directories that this scan has listed. */
  readonly #directories = new Set<string>();
  /** Those of before that this scan has found again. */
  readonly #found = new Set<number>();
  readonly #begun = Date.now();
  readonly #learned: Learned[] = [];

  /**
   * @param host what a plugin is judged by, as is the user
   * @param listings learns what earlier scans have listed
   */
  constructor(home: Home, host: HostFacts, listings = new Listings()) {
    this.listings = listings;
    this.#file = join(home.state, 'plugins.json');
    const user = currentUser();
    const { hostVersion, platform, abiMajor, abiMinor, features } = host;
    this.#header = { format: FORMAT, hostVersion, platform, abiMajor, abiMinor, features, user };
    this.#before = Before.read(this.#file, this.#header);
    for (const { path, names, kinds, print } of this.#before.directories) {
      const listed = [...kinds].map((letter) => KINDS[letter] ?? 'other');
      if (listings.lasting(path) === null) listings.know(path, { names, kinds: listed, print });
    }
  }

  /** The scan has listed a directory of plugins. */
  listed(path: string): void {
    this.#directories.add(path);
  }

  /**
   * What was found in a folder, if nothing in it has changed since.
   * @param path its absolute path
   * @param real the same with every link followed
   */
  recall(path: string, real: string): Recalled | null {
    const at = this.#before.find(path);
    if (at === undefined || !this.#before.isUnchanged(at)) return null;
    this.#found.add(at);
    const { entry, contents, brief } = this.#before.folder(at);
    const file = below(path, entry);
    return {
      id: brief.id,
      hooks: brief.hooks ?? NONE,
      manifest: this.#before.manifest(at),
      entry: { path: file, real: real === path ? file : below(real, entry) },
      contents: { digest: contents },
    };
  }

  /**
   * The manifest that a folder had when it was last found good, whatever is in it now. That is
   * remembered for the next scan too.
   */
  lastGood(path: string): PluginManifest | null {
    const at = this.#before.find(path);
    if (at === undefined) return null;
    this.#found.add(at);
    return this.#before.manifest(at);
  }

  /**
   * Says how to recognise a folder that has just been looked through.
   * @param tree the folder itself, under an empty name, and then all that is in it
   * @returns null: it could change without that being noticed
   */
  looked(tree: ReadonlyMap<string, Stats>): LookedThrough | null {
    const names: string[] = [];
    const prints: number[] = [];
    for (const [each, stats] of tree) {
      if (!isSettled(stats, this.#begun)) return null;
      if (each !== '') names.push(each);
      prints.push(...fingerprint(stats));
    }
    return new LookedThrough(names, prints);
  }

  /** Remembers a folder in which nothing but a good plugin was found, and whose entry is no link. */
  learn(
    { path, real }: { readonly path: string; readonly real: string },
    { manifest, entry }: Pick<Recalled, 'manifest' | 'entry'>,
    looked: LookedThrough,
  ): void {
    const name = entry.path.slice(path.length + 1);
    if (below(path, name) !== entry.path || below(real, name) !== entry.real) return;
    this.#learned.push({ path, looked, manifest, entry: name });
  }

  /**
   * Keeps what this scan found out, if it is anything new.
   * @throws the system's error
   */
  async keep(): Promise<void> {
    const directories = this.#lasting();
    const isNew = directories.some((each) => !this.#before.holds(each));
    if (!isNew && this.#learned.length === 0 && this.#found.size === this.#before.size) return;
    const news = new Set(this.#learned.map(({ path }) => path));
    const folders: KnownFolder[] = [];
    const prints: number[] = [];
    const rests: string[] = [];
    for (const at of this.#found) {
      const folder = this.#before.folder(at);
      if (news.has(folder.path)) continue;
      folders.push(folder);
      prints.push(...this.#before.printsOf(at));
      rests.push(this.#before.restOf(at));
    }
    for (const { path, looked, manifest, entry } of this.#learned) {
      const { names, digest: contents } = looked;
      const file = basename(manifest.file);
      const named = file === MANIFEST_NAME ? {} : { file };
      const { brief, rest } = splitManifest(manifest);
      folders.push({ path, names, contents, entry, brief, length: rest.length, ...named });
      prints.push(...looked.prints);
      rests.push(rest);
    }
    const index: Kept = { directories, folders, prints: printsToText(prints) };
    await writeIndexed(this.#file, this.#header, { index, body: rests.join('') });
  }

  #lasting(): readonly KnownDirectory[] {
    return [...this.#directories].flatMap((path) => {
      const lasting = this.listings.lasting(path);
      if (lasting === null || lasting.names.length < WORTH_KEEPING) return [];
      const { names, print } = lasting;
      return [{ path, print, names, kinds: lasting.kinds.map((kind) => LETTERS[kind]).join('') }];
    });
  }
}

/** What the file said when it was read. */
class Before {
  readonly directories: readonly KnownDirectory[];
  readonly #folders: readonly KnownFolder[];
  readonly #body: string;
  readonly #prints: Float64Array;
  /** Of each folder: where its fingerprints begin, and the rest of its manifest in the body. */
  readonly #begins: readonly { readonly print: number; readonly rest: number }[];
  readonly #byPath = new Map<string, number>();
  readonly #isAsItWas: (folder: number, begin: number) => boolean;

  private constructor({ directories, folders, prints }: Kept, body: string) {
    this.directories = directories;
    this.#folders = folders;
    this.#body = body;
    this.#prints = printsFromText(prints);
    const begins = [];
    let [print, rest] = [0, 0];
    for (let i = 0; i < folders.length; i++) {
      const { path, names, length } = this.folder(i);
      this.#byPath.set(path, i);
      begins.push({ print, rest });
      print += (names.length + 1) * PRINT_LENGTH;
      rest += length;
    }
    this.#begins = begins;
    const paths = folders.map(({ path }) => path);
    const names = folders.map((each) => each.names);
    this.#isAsItWas = unchangedFolders({ paths, names, prints: this.#prints });
  }

  static read(file: string, header: StateHeader): Before {
    try {
      const read = readIndexed(file, header);
      if (read !== null) return new Before(read.index as Kept, read.body);
    } catch {
      // Kept by something that knew another form of it.
    }
    return new Before({ directories: [], folders: [], prints: '' }, '');
  }

  get size(): number {
    return this.#folders.length;
  }

  /** Whether the file says the same of a directory. */
  holds({ path, print }: KnownDirectory): boolean {
    return this.directories.some(
      (each) => each.path === path && each.print.every((number, i) => number === print[i]),
    );
  }

  find(path: string): number | undefined {
    return this.#byPath.get(path);
  }

  folder(at: number): KnownFolder {
    return this.#folders[at] as KnownFolder;
  }

  printsOf(at: number): Float64Array {
    const { print } = this.#beginOf(at);
    return this.#prints.subarray(print, print + (this.folder(at).names.length + 1) * PRINT_LENGTH);
  }

  isUnchanged(at: number): boolean {
    return this.#isAsItWas(at, this.#beginOf(at).print);
  }

  manifest(at: number): PluginManifest {
    const { path, brief, file = MANIFEST_NAME } = this.folder(at);
    return joinManifest(brief, () => this.restOf(at), below(path, file), path);
  }

  /** The rest of a manifest, as splitManifest() gave it. */
  restOf(at: number): string {
    const { rest } = this.#beginOf(at);
    return this.#body.slice(rest, rest + this.folder(at).length);
  }

  #beginOf(at: number) {
    return this.#begins[at] as { print: number; rest: number };
  }
}
