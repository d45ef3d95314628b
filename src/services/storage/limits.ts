/** Bytes of UTF-8 that a key may have. */
export const KEY_BYTES = 256;
/** Bytes of JSON that a value may have. */
export const VALUE_BYTES = 1024 * 1024;
/** Operations of one commit, and bytes of JSON in all of them. */
export const COMMIT_OPERATIONS = 1_000;
export const COMMIT_BYTES = 16 * 1024 * 1024;
/** Keys of a page unless it says otherwise, and at most. */
export const PAGE_KEYS = 100;
export const LARGEST_PAGE_KEYS = 1_000;
/** Bytes of JSON after which a page with values ends. */
export const PAGE_BYTES = 1024 * 1024;
