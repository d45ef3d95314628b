import { rmSync } from 'node:fs';
import type { RootDatabase } from 'lmdb';
import type { PageFile, Snapshot } from '../pages/page-file.js';
import type { LeafPage } from '../pages/tree-page.js';
import type { KeyRange } from '../pages/walk.js';
import { usageKey } from '../storage-key.js';
import { lockOf } from '../store-place.js';
import { CoveredKeys } from './covered-keys.js';
import { examine } from './examine.js';
import { isWithin, looseLeaves } from './loose-leaves.js';
import { readRecord, type StoredRecord } from './record.js';
import { UsageSum } from './usage.js';

/** What came out of a damaged store. */
export interface Rescue {
  /** Records that the tree of the store leads to. */
  readonly kept: number;
  /** Records of leaves that it leads to no more, which may be older than what is lost. */
  readonly found: number;
}

/** Records of one transaction. */
const BATCH = 500;

/**
 * Makes a new store of all that can be read of a damaged one.
 *
 * @param to the file of the new store, which is made
 * @throws Error of the file system or of LMDB
 */
export async function rescue(file: PageFile, to: string): Promise<Rescue> {
  const { open } = await import('lmdb');
  const store: RootDatabase<string, Buffer> = open({
    path: to,
    noSubdir: true,
    keyEncoding: 'binary',
    encoding: 'string',
    overlappingSync: false,
    eventTurnBatching: false,
    cache: false,
  });
  const sum = new UsageSum();
  const writer = new RecordWriter(store);
  const keep = (record: StoredRecord) => {
    sum.add(record.scope, record.bytes);
    writer.put(record);
  };
  try {
    const { kept } = collect(file, keep, sum);
    writer.flush();
    store.transactionSync(() => {
      for (const { bytes, ...scope } of sum.all) store.putSync(usageKey(scope), String(bytes));
    });
    return { kept, found: sum.records - kept };
  } finally {
    await store.close();
    rmSync(lockOf(to), { force: true });
  }
}

/** Hands over each record once, the newest of those with one key. */
function collect(
  file: PageFile,
  keep: (record: StoredRecord) => void,
  sum: UsageSum,
): { kept: number } {
  const { state, isNewest } = file.survivor();
  const known = new Set<number>();
  const covered = new CoveredKeys();
  if (!isNewest) {
    // The damaged meta page has described a newer state: what that one has written goes before.
    const newer = looseLeaves(file, state, known).filter(({ commit }) => commit > state.commit);
    takeLeaves(file, state, newer, { ranges: ALL, covered, keep });
  }
  const before = sum.records;
  const { lost } = examine(file, state, {
    onPage: (page) => known.add(page),
    onRecord: (record) => {
      if (!covered.has(record.key)) keep(record);
    },
  });
  const kept = sum.records - before;
  const ranges = state.main.page === null ? ALL : lost.map((each) => each.lost);
  if (ranges.length > 0) {
    takeLeaves(file, state, looseLeaves(file, state, known), { ranges, covered, keep });
  }
  return { kept };
}

const ALL: readonly KeyRange[] = [{ from: undefined, to: undefined }];

interface Taking {
  readonly ranges: readonly KeyRange[];
  readonly covered: CoveredKeys;
  keep(record: StoredRecord): void;
}

/** Takes the records of leaves, the newest leaf first. */
function takeLeaves(
  file: PageFile,
  state: Snapshot,
  leaves: readonly LeafPage[],
  { ranges, covered, keep }: Taking,
): void {
  for (const { entries } of leaves) {
    for (const entry of entries) {
      if (!isWithin(entry.key, ranges) || covered.has(entry.key)) continue;
      const record = readRecord(file, state, entry);
      if (typeof record !== 'string' && record.kind === 'record') keep(record);
    }
    covered.add(entries[0]?.key, entries.at(-1)?.key);
  }
}

/** Writes records in transactions of some hundred. */
class RecordWriter {
  readonly #store: RootDatabase<string, Buffer>;
  #batch: StoredRecord[] = [];

  constructor(store: RootDatabase<string, Buffer>) {
    this.#store = store;
  }

  put(record: StoredRecord): void {
    if (this.#batch.push(record) === BATCH) this.flush();
  }

  flush(): void {
    const all = this.#batch;
    this.#batch = [];
    this.#store.transactionSync(() => {
      for (const { key, json } of all) this.#store.putSync(key, json);
    });
  }
}
