import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AisopodError } from '../../../base/errors/index.js';
import { systemFault } from '../../../base/files/index.js';
import { showPath } from '../../../base/text/index.js';
import { FOREIGN_NAMES } from '../../../packages/foreign/foreign-manifest.js';
import { MANIFEST_NAME } from '../../../packages/manifest/index.js';
import { usageError } from '../../usage-error.js';

/** A file that can be imported. */
export interface ImportSource {
  readonly kind: 'manifest' | 'roster';
  /** Absolute. */
  readonly file: string;
}

const MANIFESTS: readonly string[] = FOREIGN_NAMES;
const ROSTERS: readonly string[] = ['plugins.toml', 'config.yaml', 'config.yml', 'registry.json'];

/**
 * Finds what is to be imported: a file; or in a folder its lists of plugins, its manifest, and those of the folders
 * in it.
 * @throws AisopodError USAGE, SCAN_UNREADABLE
 */
export function importSources(given: string): readonly ImportSource[] {
  const path = resolve(given);
  try {
    if (!statSync(path).isDirectory()) return [sourceOf(path)];
    const entries = readdirSync(path, { withFileTypes: true });
    const names = entries.filter((each) => !each.isDirectory()).map(({ name }) => name);
    const found = [
      ...ROSTERS.filter((name) => names.includes(name)).map((name) => sourceOf(join(path, name))),
      ...manifestIn(path, names),
      ...foldersOf(entries).flatMap((name) =>
        manifestIn(join(path, name), readdirSync(join(path, name))),
      ),
    ];
    if (found.length > 0) return found;
  } catch (error) {
    if (AisopodError.is(error)) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw usageError(`${showPath(path)} does not exist.`, { path }, NAME);
    }
    const { reason, advice } = systemFault(path, error, 'read');
    const text = `${showPath(path)} cannot be imported (${reason}). ${advice}`;
    throw new AisopodError('SCAN_UNREADABLE', text, { details: { path }, cause: error });
  }
  const known = [...ROSTERS, ...MANIFESTS].join(', ');
  throw usageError(
    `${showPath(path)} holds nothing to import. It may hold: ${known}.`,
    { path },
    NAME,
  );
}

const NAME = 'plugins import';

function manifestIn(dir: string, names: readonly string[]): ImportSource[] {
  const first = MANIFESTS.find((name) => names.includes(name));
  return first === undefined ? [] : [{ kind: 'manifest', file: join(dir, first) }];
}

function foldersOf(entries: readonly Dirent[]): string[] {
  const folders = entries.filter((each) => each.isDirectory() && !each.name.startsWith('.'));
  return folders.map(({ name }) => name).sort();
}

function sourceOf(file: string): ImportSource {
  const name = basename(file);
  if (MANIFESTS.includes(name)) return { kind: 'manifest', file };
  if (name === MANIFEST_NAME || name === 'config.toml') {
    const text = `${showPath(file)} is a file of aisopod already, so there is nothing to import.`;
    throw usageError(text, { file }, NAME);
  }
  if (/\.(?:toml|ya?ml|json)$/.test(name)) return { kind: 'roster', file };
  const known = [...ROSTERS, ...MANIFESTS].join(', ');
  throw usageError(
    `${showPath(file)} cannot be imported. Name a folder, or one of: ${known}.`,
    { file },
    NAME,
  );
}

/** The manifest that an import of another one writes. */
export function targetOf(file: string): string {
  return join(dirname(file), MANIFEST_NAME);
}
