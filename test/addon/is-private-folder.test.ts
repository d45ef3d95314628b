import { chmodSync, chownSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadAddon } from '../../src/abi/addon.js';
import { temporaryFolder } from '../support/compile-library.js';

const all = temporaryFolder();
const isPrivate = (path: string) => loadAddon().isPrivateFolder?.(path);

function folder(mode = 0o700): string {
  const path = mkdtempSync(join(all, 'ä '));
  chmodSync(path, mode);
  return path;
}

describe('isPrivateFolder() of the addon', () => {
  test('accepts a folder of this user with mode 0700, and a link to one', () => {
    const path = folder();
    symlinkSync(path, join(all, 'link'));
    expect(isPrivate(path)).toBe(true);
    expect(isPrivate(join(all, 'link'))).toBe(true);
  });

  test.each([0o701, 0o710, 0o755, 0o600, 0o500])('refuses a folder with mode %o', (mode) => {
    const path = folder(mode);
    expect(isPrivate(path)).toBe(false);
    chmodSync(path, 0o700);
    expect(isPrivate(path)).toBe(true);
  });

  test('accepts a folder with the sticky bit, as makePrivateFolder() does', () => {
    const path = folder();
    mkdirSync(join(path, 'sticky'));
    chmodSync(join(path, 'sticky'), 0o1700);
    expect(isPrivate(join(path, 'sticky'))).toBe(true);
  });

  test('refuses a file, a link to nothing, and what is not there', () => {
    const path = folder();
    writeFileSync(join(path, 'file'), '', { mode: 0o700 });
    symlinkSync(join(path, 'nothing'), join(path, 'dangling'));
    for (const name of ['file', 'dangling', 'nothing']) {
      expect(isPrivate(join(path, name)), name).toBe(false);
    }
  });

  test.runIf(process.getuid?.() === 0)('refuses a folder of another user', () => {
    const path = folder();
    chownSync(path, 12345, 12345);
    expect(isPrivate(path)).toBe(false);
  });
});
