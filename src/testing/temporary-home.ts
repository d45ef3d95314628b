import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A home of its own in the directory for temporary files. */
export interface TemporaryHome {
  readonly path: string;
  remove(): void;
}

export function temporaryHome(): TemporaryHome {
  const path = mkdtempSync(join(tmpdir(), 'aisopod-test-'));
  chmodSync(path, 0o700); // whatever the umask is
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
