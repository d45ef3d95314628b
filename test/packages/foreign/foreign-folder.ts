import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from '../../../src/base/toml/index.js';
import {
  type FOREIGN_NAMES,
  readForeignManifest,
} from '../../../src/packages/foreign/foreign-manifest.js';
import { folderOfFile } from '../../support/folder-of-file.js';

/** Writes a manifest into a folder of its own, and reads it. */
export function readText(name: (typeof FOREIGN_NAMES)[number], text: string | Uint8Array) {
  const dir = mkdtempSync(join(folderOfFile(), 'm-'));
  const file = join(dir, name);
  writeFileSync(file, text);
  const reading = readForeignManifest(file);
  const said = (list: typeof reading.errors) =>
    list.map((each) => formatProblem(each).replace(`${file}:`, ''));
  return { ...reading, dir, file, errors: said(reading.errors), warnings: said(reading.warnings) };
}

/** Lines that make a manifest whole. */
export const WHOLE = 'id: hello\nversion: 1.0.0\nentry: hello.so\n';

export const readYaml = (text: string | Uint8Array) => readText('plugin.yaml', text);
export const readJson = (value: unknown) =>
  readText(
    'plugin.json',
    typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`,
  );
