import type { Stats } from 'node:fs';
import { basename, join } from 'node:path';
import type { Home } from '../../home/paths/index.js';
import {
  digestOfPrints,
  fingerprint,
  isSettled,
  isUnchangedFile,
  PRINT_LENGTH,
  readState,
  type StateHeader,
  writeState,
} from '../../home/state/index.js';
import {
  fromRecord,
  type HostFacts,
  MANIFEST_NAME,
  type ManifestRecord,
  type PluginManifest,
  type ResolvedEntry,
  toRecord,
} from '../manifest/index.js';
import { below, currentUser } from './safety.js';

/** Raised when what is kept here changes its form or its meaning. */
const FORMAT = 3;

/** A plugin's folder in which a scan found nothing to say but that it is a good plugin. */
export interface KnownFolder {
  /** What is in it, folders too, relative to it. */
  readonly names: readonly string[];
  /** Fingerprints, of the folder itself and then of each name. */
  readonly prints: readonly number[];
  /** Their digest. */
  readonly contents: string;
  readonly manifest: ManifestRecord;
  /** The manifest's file, where it is not aisopod.plugin.toml. */
  readonly file?: string;
  /** The entry's file, relative to the folder. */
  readonly entry: string;
}

/** What is remembered of a folder is gone through with it by the name of its manifest. */
export interface Recalled {
  readonly manifest: PluginManifest;
  readonly entry: ResolvedEntry;
  /** As DiscoveredPlugin has it. */
  readonly contents: string;
}

/** A folder as it has just been looked through. */
export type LookedThrough = Pick<KnownFolder, 'names' | 'prints' | 'contents'>;

/**
 * What the last scan found out about the folders of good plugins: `state/plugins.json` of the home.
 * A folder in which no file or folder has changed since needs not be read again.
 */
export class KnownFolders {
  readonly #file: string;
  readonly #header: StateHeader;
  readonly #before: Readonly<Record<string, KnownFolder>>;
  readonly #now: Record<string, KnownFolder> = Object.create(null);
  readonly #begun = Date.now();
  #recalled = 0;
  readonly #learned: Learned[] = [];

  /** @param host what a plugin is judged by, as is the user */
  constructor(home: Home, host: HostFacts) {
    this.#file = join(home.state, 'plugins.json');
    const user = currentUser();
    const { hostVersion, platform, abiMajor, abiMinor, features } = host;
    this.#header = { format: FORMAT, hostVersion, platform, abiMajor, abiMinor, features, user };
    const before = readState(this.#file, this.#header);
    const usable = typeof before === 'object' && before !== null;
    this.#before = usable ? (before as Record<string, KnownFolder>) : {};
  }

  /**
   * What was found in a folder, if nothing in it has changed since.
   * @param path its absolute path
   * @param real the same with every link followed
   */
  recall(path: string, real: string): Recalled | null {
    const known = Object.hasOwn(this.#before, path) ? this.#before[path] : undefined;
    if (known === undefined) return null;
    try {
      if (!isAsItWas(path, known)) return null;
      const { manifest, file = MANIFEST_NAME, entry, contents } = known;
      const recalled = {
        manifest: fromRecord(manifest, below(path, file), path),
        entry: { path: below(path, entry), real: below(real, entry) },
        contents,
      };
      this.#now[path] = known;
      this.#recalled += 1;
      return recalled;
    } catch {
      return null; // gone, or kept by something that knew another form of it
    }
  }

  /**
   * The manifest that a folder had when it was last found good, whatever is in it now. That is
   * remembered for the next scan too.
   */
  lastGood(path: string): PluginManifest | null {
    const known = Object.hasOwn(this.#before, path) ? this.#before[path] : undefined;
    if (known === undefined) return null;
    try {
      const { file = MANIFEST_NAME } = known;
      const manifest = fromRecord(known.manifest, below(path, file), path);
      this.#now[path] = known;
      this.#recalled += 1;
      return manifest;
    } catch {
      return null; // kept by something that knew another form of it
    }
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
    return { names, prints, contents: digestOfPrints(names, prints) };
  }

  /** Remembers a folder in which nothing but a good plugin was found, and whose entry is no link. */
  learn(
    { path, real }: { readonly path: string; readonly real: string },
    { manifest, entry }: Pick<Recalled, 'manifest' | 'entry'>,
    looked: LookedThrough,
  ): void {
    const name = entry.path.slice(path.length + 1);
    if (below(path, name) !== entry.path || below(real, name) !== entry.real) return;
    this.#learned.push({ path, ...looked, manifest, entry: name });
  }

  /**
   * Keeps what this scan found out, if it is anything new.
   * @throws the system's error
   */
  async keep(): Promise<void> {
    const news = this.#learned.length > 0;
    if (!news && this.#recalled === Object.keys(this.#before).length) return;
    for (const { path, manifest, ...learned } of this.#learned) {
      const file = basename(manifest.file);
      const named = file === MANIFEST_NAME ? {} : { file };
      this.#now[path] = { ...learned, manifest: toRecord(manifest), ...named };
    }
    await writeState(this.#file, this.#header, this.#now);
  }
}

/** What a folder will be known by; made into a record when that is kept. */
type Learned = Omit<KnownFolder, 'manifest'> & {
  readonly path: string;
  readonly manifest: PluginManifest;
};

function isAsItWas(path: string, { names, prints }: KnownFolder): boolean {
  if (prints.length !== (names.length + 1) * PRINT_LENGTH) return false;
  if (!isUnchangedFile(path, prints, 0, true)) return false;
  for (let i = 0; i < names.length; i++) {
    const each = below(path, names[i] as string);
    if (!isUnchangedFile(each, prints, (i + 1) * PRINT_LENGTH)) return false;
  }
  return true;
}
