import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../../src/packages/manifest/index.js';
import { folderOfFile } from '../../support/folder-of-file.js';

/** The three required keys; more lines of `[plugin]` and further tables may follow. */
export const MINIMAL = '[plugin]\nid = "calc"\nversion = "1.2.3"\nentry = "calc.so"\n';

let folders = 0;

/** A new folder of a plugin with this manifest and these other files. */
export function pluginFolder(
  manifest: string | Uint8Array,
  files: Readonly<Record<string, string>> = {},
): string {
  const dir = join(folderOfFile(), `p${folders++}`);
  mkdirSync(dir);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  writeFileSync(join(dir, 'aisopod.plugin.toml'), manifest);
  return dir;
}

/** What reading that manifest gives. */
export function reading(manifest: string | Uint8Array, files?: Readonly<Record<string, string>>) {
  return readManifest(join(pluginFolder(manifest, files), 'aisopod.plugin.toml'));
}
