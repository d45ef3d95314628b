import { lstatSync } from 'node:fs';
import { examine } from './examine.js';
import { withStableState } from './stable-state.js';
import type { ScopeUsage } from './usage.js';

/** What a check of a store has found. */
export interface StoreReport {
  readonly file: string;
  /** Of the file; 0: nothing was stored yet. */
  readonly bytes: number;
  readonly pages: number;
  readonly records: number;
  readonly usage: readonly ScopeUsage[];
  /** What is damaged, in words; none: the store is in order. */
  readonly damage: readonly string[];
}

/** @throws Error of the file system or of LMDB */
export async function check(file: string): Promise<StoreReport> {
  const bytes = lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const nothing = { file, bytes, pages: 0, records: 0, usage: [] };
  if (bytes === 0) return { ...nothing, damage: [] };
  const found = await withStableState(file, (pages, state) => examine(pages, state));
  if (typeof found === 'string') return { ...nothing, damage: [found] };
  const { pages, records, usage, damage } = found;
  return { file, bytes, pages, records, usage, damage };
}
