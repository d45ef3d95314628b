import type { PageFile, Snapshot } from '../pages/page-file.js';
import { type PageDamage, walkTree } from '../pages/walk.js';
import { damageText } from '../store-file.js';
import { readRecord, type StoredRecord, type UsageCount } from './record.js';
import { type ScopeUsage, UsageSum } from './usage.js';

/** What is found in a store. */
export interface Findings {
  /** Pages that were looked at. */
  readonly pages: number;
  readonly records: number;
  readonly usage: readonly ScopeUsage[];
  /** What is wrong, in words; none: the store is in order. */
  readonly damage: readonly string[];
  /** The pages of records that are damaged. */
  readonly lost: readonly PageDamage[];
}

export interface ExamineOptions {
  onPage?(page: number): void;
  onRecord?(record: StoredRecord): void;
}

/**
 * Reads all of one state of a store.
 * @throws Error of the file system
 */
export function examine(
  file: PageFile,
  state: Snapshot,
  { onPage, onRecord }: ExamineOptions = {},
): Findings {
  let pages = 0;
  let entries = 0;
  const sum = new UsageSum();
  const counts: UsageCount[] = [];
  const faults: string[] = [];
  const each = (page: number) => {
    pages += 1;
    onPage?.(page);
  };
  const lost = walkTree(file, state, state.main, true, {
    onPage: each,
    onLeaf({ entries: all }) {
      for (const entry of all) {
        entries += 1;
        const found = readRecord(file, state, entry);
        if (typeof found === 'string') faults.push(found);
        else if (found.kind === 'usage') counts.push(found);
        else {
          sum.add(found.scope, found.bytes);
          onRecord?.(found);
        }
      }
    },
  });
  const free = walkTree(file, state, state.free, false, { onPage: each });
  const damage = [...lost, ...free].map(damageText).concat(faults);
  if (damage.length === 0) {
    if (entries !== state.main.entries)
      damage.push(`${entries} of ${state.main.entries} keys are there`);
    damage.push(...counts.filter((one) => one.bytes !== sum.bytesOf(one.scope)).map(wrongCount));
  }
  return { pages, records: sum.records, usage: sum.all, damage, lost };
}

function wrongCount({ scope }: UsageCount): string {
  return `the count of the bytes that ${scope.plugin} stores is wrong`;
}
