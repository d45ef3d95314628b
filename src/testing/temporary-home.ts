import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'smol-toml';

/** A home of its own in the directory for temporary files. */
export interface TemporaryHome {
  readonly path: string;
  remove(): void;
}

/** @param config of plugins, by id; goes into config.toml */
export function temporaryHome(config: Readonly<Record<string, object>> = {}): TemporaryHome {
  const path = mkdtempSync(join(tmpdir(), 'aisopod-test-'));
  writeFileSync(join(path, 'config.toml'), stringify({ plugins: config }));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
