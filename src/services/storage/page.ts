import { show } from '../../base/text/index.js';
import type { Page, PageOptions } from './operations.js';
import { invalid } from './storage-error.js';
import { keyBytes, keyOf, rangeBytes, type Scope } from './storage-key.js';
import { fromStored } from './storage-value.js';
import type { Store } from './store.js';

/** Keys of a page unless it says otherwise, and at most. */
const PAGE_KEYS = 100;
const LARGEST_PAGE_KEYS = 1_000;
/** Bytes of JSON after which a page with values ends. */
const PAGE_BYTES = 1024 * 1024;

/** Page options that were found good. */
export interface PageRange {
  readonly start: Buffer;
  /** Exclusive. */
  readonly end: Buffer;
  /** The key after which the page begins. */
  readonly after: string | undefined;
  readonly limit: number;
  readonly values: boolean;
}

/** @throws AisopodError STORAGE_INVALID, STORAGE_TOO_LARGE */
export function readPageOptions(scope: Scope, options: PageOptions): PageRange {
  const { prefix = '', after, limit = PAGE_KEYS, values = false } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE_KEYS) {
    throw invalid(
      `The limit of a page is ${show(limit)}; it must be a whole number from 1 to ` +
        `${LARGEST_PAGE_KEYS}.`,
    );
  }
  const [first, end] = rangeBytes(scope, prefix);
  const begin = after === undefined ? first : keyBytes(scope, after);
  const start = Buffer.compare(begin, first) > 0 ? begin : first;
  return { start, end, after, limit, values: values === true };
}

/** Reads one page; the store shows one state throughout. */
export function readPage(store: Store, { start, end, after, limit, values }: PageRange): Page {
  const items: { key: string; value?: unknown }[] = [];
  let bytes = 0;
  if (Buffer.compare(start, end) >= 0) return { items, next: null };
  const range = { start, end };
  const entries = values
    ? store.getRange(range).map(({ key, value }) => ({ at: key, json: value }))
    : store.getKeys(range).map((key) => ({ at: key, json: undefined }));
  for (const { at, json } of entries) {
    const key = keyOf(at);
    if (key === after) continue;
    bytes += json?.length ?? 0;
    const full = items.length === limit || (bytes > PAGE_BYTES && items.length > 0);
    if (full) return { items, next: items.at(-1)?.key ?? null };
    items.push(json === undefined ? { key } : { key, value: fromStored(key, json) });
  }
  return { items, next: null };
}
