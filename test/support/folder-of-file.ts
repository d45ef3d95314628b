import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;

/**
 * Returns a directory that is removed when the running test file is done. Unlike temporaryFolder(), it is
 * for modules that several test files of one thread share (vitest.config.ts): a later file gets another.
 */
export function folderOfFile(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'aisopod-test-'));
  return folder;
}

/** Removes it: remove-folder.ts calls this at the end of each test file. */
export function removeFolderOfFile(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
