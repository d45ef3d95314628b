import { readFileSync } from 'node:fs';
import { AisopodError } from '../../base/errors/index.js';
import { systemFault } from '../../base/files/index.js';
import { isTable, type JsonObject, JsonTextFault, parseJsonFile } from '../../base/json/index.js';
import { show, showPath } from '../../base/text/index.js';
import { formatKeyPath } from '../../base/toml/index.js';
import type { Home } from '../paths/index.js';
import { isPluginId } from '../plugin-id.js';

/** What registry.json says of one plugin; what it says nothing about is null. */
export interface InstalledPlugin {
  /** When it was installed, in ISO 8601; null: it was not installed, somebody put it there. */
  readonly installed: string | null;
  readonly version: string | null;
  /** Where it lies. */
  readonly path: string | null;
  readonly status: string | null;
  readonly enabled: boolean;
  /** How often running hosts have been asked to reload it. */
  readonly reloads: number;
  /** Where it was installed from. */
  readonly source: string | null;
  readonly digest: string | null;
}

/** registry.json of a home: what install knows, and which plugins are switched off. */
export interface Installed {
  readonly file: string;
  readonly plugins: ReadonlyMap<string, InstalledPlugin>;
  /** The file as it stands, with what this version knows nothing of. */
  readonly document: JsonObject;
  isEnabled(id: string): boolean;
}

const TEXTS = ['installed', 'version', 'path', 'status', 'source', 'digest'] as const;

/**
 * Reads registry.json. A missing one says nothing, so that everything is enabled.
 * @throws AisopodError INSTALLED_INVALID
 */
export function readInstalled({ registryFile: file }: Home): Installed {
  const document = parse(file);
  const fault = (path: readonly string[], found: unknown, expected: string) =>
    invalid(file, formatKeyPath(path), show(found), expected);
  if (document.version !== 1) {
    throw fault(['version'], document.version, '1, the only version that this aisopod knows');
  }
  const { plugins: table = {} } = document;
  if (!isTable(table)) throw fault(['plugins'], table, 'an object');
  const plugins = new Map<string, InstalledPlugin>();
  for (const [id, entry] of Object.entries(table)) {
    const at = ['plugins', id];
    if (!isPluginId(id)) throw fault(at, id, 'the id of a plugin');
    if (!isTable(entry)) throw fault(at, entry, 'an object');
    const { enabled = true, reloads = 0 } = entry;
    if (typeof enabled !== 'boolean') throw fault([...at, 'enabled'], enabled, 'true or false');
    if (typeof reloads !== 'number' || !Number.isSafeInteger(reloads) || reloads < 0) {
      throw fault([...at, 'reloads'], reloads, 'a whole number from 0');
    }
    const texts = TEXTS.map((key) => {
      const text = entry[key] ?? null;
      if (text !== null && typeof text !== 'string') throw fault([...at, key], text, 'text');
      return [key, text] as const;
    });
    plugins.set(id, {
      ...(Object.fromEntries(texts) as Omit<InstalledPlugin, 'enabled' | 'reloads'>),
      enabled,
      reloads,
    });
  }
  return { file, plugins, document, isEnabled: (id) => plugins.get(id)?.enabled ?? true };
}

function parse(file: string): JsonObject {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { version: 1, plugins: {} };
    const { reason, advice } = systemFault(file, error, 'read');
    throw new AisopodError(
      'INSTALLED_INVALID',
      `${showPath(file)} cannot be read (${reason}). ${advice}`,
      {
        details: { file, path: '', found: reason, expected: 'a file that can be read' },
        cause: error,
      },
    );
  }
  let document: unknown;
  try {
    document = parseJsonFile(bytes);
  } catch (error) {
    if (!(error instanceof JsonTextFault)) throw error;
    const { what, advice, place } = error;
    const found = `${what} at line ${place.line}, column ${place.column}`;
    throw invalid(file, '', found, advice === '' ? 'JSON' : `JSON; ${advice}`, error);
  }
  if (isTable(document)) return document;
  throw invalid(file, '', show(document), 'an object');
}

function invalid(file: string, path: string, found: string, expected: string, cause?: unknown) {
  const where = path === '' ? '' : ` ${path}:`;
  return new AisopodError(
    'INSTALLED_INVALID',
    `${showPath(file)}:${where} found ${found}, expected ${expected}. Fix the file, or move it ` +
      'away: every plugin is enabled then, and what install recorded is lost.',
    { details: { file, path, found, expected }, ...(cause === undefined ? {} : { cause }) },
  );
}
