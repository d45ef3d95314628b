// Does a compiler link a program with these flags on this machine?
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param compiler a C++ compiler
 * @param flags what it is given besides
 */
export function canLink(compiler, flags, input = 'int main() { return 0; }\n') {
  // A file of our own: some linkers remove what they write to, as root even a device.
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-link-'));
  const args = [...flags, '-x', 'c++', '-', '-o', join(folder, 'program')];
  try {
    return spawnSync(compiler, args, { input }).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
