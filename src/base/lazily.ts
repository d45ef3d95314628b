import { closeSync, openSync } from 'node:fs';
import { AisopodError } from './errors/index.js';

/** Files that Node.js may open at once for a module and those that it imports. */
const FILES = 8;

/**
 * Returns a function that imports a module when it is first called. Node.js never loads a module again whose
 * file it could not open once. So no module is asked for while no file can be opened, and the next call
 * tries again.
 *
 * @param load imports it: `() => import('./edit-config.js')`
 * @param files that may be opened at once
 * @returns its function rejects with AisopodError NO_RESOURCES
 */
export function lazily<T>(load: () => Promise<T>, files = FILES): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () => {
    if (loading !== null) return loading;
    const begun = begin(load, files);
    loading = begun;
    begun.catch(() => {
      loading = null;
    });
    return begun;
  };
}

async function begin<T>(load: () => Promise<T>, files: number): Promise<T> {
  assertDescriptors(files);
  return load();
}

/** @throws AisopodError NO_RESOURCES */
function assertDescriptors(count: number): void {
  const open: number[] = [];
  try {
    while (open.length < count) open.push(openSync(process.execPath, 'r'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AisopodError(
      'NO_RESOURCES',
      `A part of the host cannot be loaded: too many files are open (${code}). Nothing is lost, and the next ` +
        'use tries again. Close other programs, or raise the limit for open files: ulimit -n 4096',
      { details: { errno: code ?? null }, cause },
    );
  } finally {
    for (const each of open) closeSync(each);
  }
}
