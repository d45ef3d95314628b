import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { resolveHome } from '../../../src/home/paths/index.js';
import { StorageService } from '../../../src/services/storage/index.js';
import { temporaryFolder } from '../../support/compile-library.js';

const folder = temporaryFolder();

/** A home that nobody has used. */
export function newHome(): string {
  return mkdtempSync(join(folder, 'home-'));
}

/** The storage of a home, given back when the test is over. */
export function openStorage(home = newHome(), quota = Number.MAX_SAFE_INTEGER): StorageService {
  const storage = new StorageService(resolveHome({ home, env: {} }), () => quota);
  onTestFinished(() => storage.close());
  return storage;
}
