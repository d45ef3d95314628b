import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from '../../abi/index.js';
import { jsonText, readJson } from '../../base/json/index.js';
import type { Home } from '../../home/paths/index.js';
import {
  type Indexed,
  readIndexed,
  type StateHeader,
  writeIndexed,
} from '../../home/state/index.js';
import { KINDS_SERVED } from '../../kinds/index.js';
import type { HostFacts } from '../../packages/manifest/index.js';
import type { RecalledRegistration } from './recall-batch.js';
import type { Registered, Unserved } from './registered.js';

/** Raised when what is kept here changes its form or its meaning. */
const FORMAT = 2;

/** A plugin with longer specs registers at each start: to keep them costs more than it saves. */
const MOST_CHARACTERS = 1024 * 1024;

/** What is kept of all plugins; those that were kept longest are left out beyond it. */
const MOST_CHARACTERS_IN_ALL = 32 * MOST_CHARACTERS;

/** The number of plugins that are written down in one turn of the event loop. */
const AT_ONCE = 32;

/** A registration as the index has it: kind, name, flags, and further names that mean it. */
type Row = readonly [kind: Kind, name: string, flags: number, aliases?: readonly string[]];

/** What the index says of a plugin; its specs stand in the body, from `at`. */
interface Line {
  /** The folder of the plugin. */
  readonly path: string;
  readonly key: string;
  readonly rows: readonly Row[];
  readonly subscriptions?: readonly string[];
  readonly unserved?: readonly Unserved[];
  /** The specs have to be judged at the start: the host says something about them, or they read files. */
  readonly odd?: true;
  /** The manifest lists something else. */
  readonly unlike?: true;
  /** Characters in the body. */
  readonly length: number;
}

/** What a plugin registered, with its specs still to be read. */
export interface KnownRegistered extends Omit<Registered, 'registrations'> {
  readonly registrations: readonly RecalledRegistration[];
  /** The host has said nothing about the specs, and they read no files: they are judged when they are needed. */
  readonly isPlain: boolean;
  /** The manifest lists just what it registered. */
  readonly isAsListed: boolean;
  /** The specs, in the order of the registrations. */
  readonly specs: () => readonly string[];
}

/** What is to be remembered of a plugin. */
export interface Learned extends Registered {
  /** By registration: further names that mean it. */
  readonly aliases: readonly (readonly string[])[];
  readonly isPlain: boolean;
  readonly isAsListed: boolean;
}

/** A start of a plugin from which the host learns what it registers. */
export interface Lesson {
  /** What the registrations depend on. */
  readonly key: string;
  readonly learned: Learned;
}

/** What is kept of one plugin: its line of the index, and its specs as JSON text. */
interface Kept {
  readonly line: Line;
  readonly specs: () => string;
}

/**
 * What plugins registered when they started last: `state/registrations.json` of the home. A plugin that would
 * register the same can be listed and found without being opened.
 *
 * The file has an index, which is read at once, and a body of specs, each of which is read when it is needed.
 * A checksum covers both, so that damage is found before anything is believed.
 */
export class KnownRegistrations {
  readonly #file: string;
  readonly #header: StateHeader;
  /** What the file says, by the folder of the plugin; null: it is not needed now. */
  #known: ReadonlyMap<string, Kept> | null = null;
  /** What it may not say yet, in the place of what it says; null: nothing is to be known. */
  readonly #news = new Map<string, () => Kept | null>();

  constructor(home: Home, host: HostFacts) {
    this.#file = join(home.state, 'registrations.json');
    const { hostVersion, platform, abiMajor, abiMinor } = host;
    const kinds = KINDS_SERVED.map(({ kind, names }) => `${kind} ${names}`);
    this.#header = { format: FORMAT, hostVersion, platform, abiMajor, abiMinor, kinds };
  }

  /**
   * What a plugin registered, if nothing has changed that the host knows it to depend on.
   * @param path its folder
   * @param key as learn() was given it
   */
  recall(path: string, key: string): KnownRegistered | null {
    const kept = this.#find(path);
    return kept === null || kept.line.key !== key ? null : recalled(kept);
  }

  /** Whether anything is known of a plugin. @param path its folder */
  has(path: string): boolean {
    return this.#find(path) !== null;
  }

  /**
   * Remembers what a plugin registered.
   * @param lesson is called once, when the host asks for it or keeps it, so that the start need not wait for
   *   it; null: nothing is to be known
   */
  learn(path: string, lesson: () => Lesson | null): void {
    this.#news.set(path, () => {
      const given = lesson();
      const kept = given && keptOf(path, given);
      this.#news.set(path, () => kept);
      return kept;
    });
  }

  /** Nothing is known of a plugin from now on, so it registers at the next start. */
  forget(path: string): void {
    this.#news.set(path, NOTHING);
  }

  /**
   * Keeps what is new, and what other hosts have kept meanwhile of plugins that are still there. What is kept
   * is read again when it is needed again.
   * @throws the system's error
   */
  async keep(): Promise<void> {
    this.#known = null;
    let done = 0;
    for (const find of [...this.#news.values()]) {
      find();
      if (++done % AT_ONCE === 0) await new Promise(setImmediate);
    }
    if (this.#news.size === 0) return;
    const before = this.#read();
    const news = new Map<string, Kept | null>();
    for (const [path, find] of this.#news) {
      const kept = find();
      if (isSame(before.get(path) ?? null, kept)) this.#news.delete(path);
      else news.set(path, kept);
    }
    if (news.size === 0) return;
    const all = [...news.values()].filter((kept) => kept !== null);
    for (const [path, kept] of before) if (!news.has(path) && existsSync(path)) all.push(kept);
    const finders = new Map(this.#news);
    await writeIndexed(this.#file, this.#header, indexedFrom(all));
    for (const [path, find] of finders) if (this.#news.get(path) === find) this.#news.delete(path);
    this.#known = null; // it may have been read meanwhile
  }

  #find(path: string): Kept | null {
    const find = this.#news.get(path);
    if (find !== undefined) return find();
    this.#known ??= this.#read();
    return this.#known.get(path) ?? null;
  }

  /** What the file says; nothing where it is damaged. */
  #read(): Map<string, Kept> {
    const known = new Map<string, Kept>();
    const read = readIndexed(this.#file, this.#header);
    if (read === null) return known;
    const { index, body } = read;
    let at = 0;
    for (const line of index as Line[]) {
      const begin = at;
      at += line.length;
      known.set(line.path, { line, specs: () => body.slice(begin, begin + line.length) });
    }
    return known;
  }
}

/** null: it is too long to be kept. */
function keptOf(path: string, { key, learned }: Lesson): Kept | null {
  const specs = jsonText(learned.registrations.map(({ spec }) => spec));
  if (specs.length > MOST_CHARACTERS) return null;
  return { line: lineOf(path, key, learned, specs.length), specs: () => specs };
}

function lineOf(path: string, key: string, learned: Learned, length: number): Line {
  const { registrations, aliases, subscriptions, unserved, isPlain, isAsListed } = learned;
  return {
    path,
    key,
    rows: registrations.map(({ kind, name, flags }, i): Row => {
      const others = aliases[i] ?? [];
      return others.length > 0 ? [kind, name, flags, others] : [kind, name, flags];
    }),
    ...(subscriptions.length > 0 && { subscriptions }),
    ...(unserved.length > 0 && { unserved }),
    ...(!isPlain && { odd: true }),
    ...(!isAsListed && { unlike: true }),
    length,
  };
}

function isSame(kept: Kept | null, other: Kept | null): boolean {
  if (kept === null || other === null) return kept === other;
  return jsonText(kept.line) === jsonText(other.line) && kept.specs() === other.specs();
}

function recalled({ line, specs }: Kept): KnownRegistered {
  const { rows, subscriptions = NONE, unserved = NONE_UNSERVED, odd, unlike } = line;
  return {
    registrations: rows.map(registrationOf),
    subscriptions,
    unserved,
    isPlain: odd !== true,
    isAsListed: unlike !== true,
    specs: () => readJson<string[]>(specs()),
  };
}

function registrationOf([kind, name, flags, aliases = NONE]: Row): RecalledRegistration {
  return { kind, name, flags, aliases };
}

const NONE: readonly string[] = Object.freeze([]);
const NONE_UNSERVED: readonly Unserved[] = Object.freeze([]);
const NOTHING = () => null;

/** What the file will hold: as much as is kept. */
function indexedFrom(all: readonly Kept[]): Indexed {
  const index: Line[] = [];
  const bodies: string[] = [];
  let left = MOST_CHARACTERS_IN_ALL;
  for (const { line, specs } of all) {
    left -= line.length;
    if (left < 0) break;
    index.push(line);
    bodies.push(specs());
  }
  return { index, body: bodies.join('') };
}
