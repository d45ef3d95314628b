import type { RootDatabase } from 'lmdb';
import { PageFile, type Snapshot } from '../pages/page-file.js';
import { hasChanged } from '../store-file.js';

/**
 * Does `work` with a state of the store whose pages stay as they are: LMDB uses pages of an old state again,
 * unless a reader holds it.
 *
 * @param work is done again when another process has committed meanwhile
 * @returns what `work` returns, or what is wrong with the beginning of the file
 * @throws Error of the file system or of LMDB, and what `work` throws
 */
export async function withStableState<T>(
  path: string,
  work: (file: PageFile, state: Snapshot) => T,
): Promise<T | string> {
  const file = new PageFile(path);
  try {
    const state = file.newest();
    if (typeof state === 'string') return state;
    const result = work(file, state);
    if (!hasChanged(file, state)) return result;
    // It is in use, so LMDB can open it. That is left to this case, since LMDB crashes on damage.
    return await held(path, () => {
      const now = file.newest();
      return typeof now === 'string' ? now : work(file, now);
    });
  } finally {
    file.close();
  }
}

/** Keeps all pages of the newest state, and of those after it, while `work` is done. */
async function held<T>(path: string, work: () => T): Promise<T> {
  const { open } = await import('lmdb');
  const store: RootDatabase = open({ path, noSubdir: true, readOnly: true, keyEncoding: 'binary' });
  const reader = store.useReadTransaction();
  try {
    return work();
  } finally {
    reader.done();
    await store.close();
  }
}
