import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A new directory for a test with thousands of small files, in memory where the system has such a
 * place: making and removing them on a busy disk takes longer than the test. Removed after the test,
 * whatever the names in it are: Node.js cannot remove those that are no UTF-8.
 */
export function memoryFolder(): string {
  const folder = mkdtempSync(join(place(), 'aisopod-test-'));
  onTestFinished(() => void execFileSync('rm', ['-rf', folder]));
  return folder;
}

function place(): string {
  try {
    accessSync('/dev/shm', constants.W_OK | constants.X_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
