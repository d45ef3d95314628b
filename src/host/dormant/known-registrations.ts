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
  /** The specs have to be judged with the rest: the host says something about them. */
  readonly odd?: true;
  /** The manifest lists something else. */
  readonly unlike?: true;
  /** Characters in the body. */
  readonly length: number;
}

/** What a plugin registered, with its specs still to be read. */
export interface KnownRegistered extends Omit<Registered, 'registrations'> {
  readonly registrations: readonly RecalledRegistration[];
  /** The host has said nothing about the specs, so they can be judged when they are needed. */
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
  /** By the folder of the plugin. */
  readonly #known: Map<string, Kept>;
  /** Folders of which the file says something else. */
  readonly #news = new Set<string>();

  constructor(home: Home, host: HostFacts) {
    this.#file = join(home.state, 'registrations.json');
    const { hostVersion, platform, abiMajor, abiMinor } = host;
    const kinds = KINDS_SERVED.map(({ kind, names }) => `${kind} ${names}`);
    this.#header = { format: FORMAT, hostVersion, platform, abiMajor, abiMinor, kinds };
    this.#known = this.#read();
  }

  /**
   * What a plugin registered, if nothing has changed that the host knows it to depend on.
   * @param path its folder
   * @param key of registrationKey()
   */
  recall(path: string, key: string): KnownRegistered | null {
    const kept = this.#known.get(path);
    return kept === undefined || kept.line.key !== key ? null : recalled(kept);
  }

  /** Whether anything is known of a plugin. @param path its folder */
  has(path: string): boolean {
    return this.#known.has(path);
  }

  /** Remembers what a plugin registered. */
  learn(path: string, key: string, learned: Learned): void {
    const specs = jsonText(learned.registrations.map(({ spec }) => spec));
    if (specs.length > MOST_CHARACTERS) {
      this.forget(path);
      return;
    }
    const kept = { line: lineOf(path, key, learned, specs.length), specs: () => specs };
    const before = this.#known.get(path);
    if (before !== undefined && isSame(before, kept)) return;
    this.#known.set(path, kept);
    this.#news.add(path);
  }

  /** Nothing is known of a plugin from now on, so it registers at the next start. */
  forget(path: string): void {
    if (this.#known.delete(path)) this.#news.add(path);
  }

  /**
   * Keeps what is new, and what other hosts have kept meanwhile of plugins that are still there.
   * @throws the system's error
   */
  async keep(): Promise<void> {
    if (this.#news.size === 0) return;
    const news = new Map([...this.#news].map((path) => [path, this.#known.get(path)]));
    const all = [...news.values()].filter((kept) => kept !== undefined);
    for (const [path, kept] of this.#read()) {
      if (!news.has(path) && existsSync(path)) all.push(kept);
    }
    await writeIndexed(this.#file, this.#header, indexedFrom(all));
    for (const [path, kept] of news) {
      if (this.#known.get(path) === kept) this.#news.delete(path);
    }
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

function isSame(kept: Kept, other: Kept): boolean {
  return jsonText(kept.line) === jsonText(other.line) && kept.specs() === other.specs();
}

function recalled({ line, specs }: Kept): KnownRegistered {
  const { rows, subscriptions = NONE, unserved = NOTHING, odd, unlike } = line;
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
const NOTHING: readonly Unserved[] = Object.freeze([]);

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
