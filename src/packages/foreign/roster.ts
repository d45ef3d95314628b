import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { isTable, type JsonObject } from '../../base/json/index.js';
import { Findings } from '../../base/shape/index.js';
import { nearest, show } from '../../base/text/index.js';
import {
  type FileCodes,
  formatKeyPath,
  type Problem,
  readTextFile,
  readToml,
  toJson,
} from '../../base/toml/index.js';
import { isPluginId } from '../../home/plugin-id.js';
import { ISOLATION_LEVELS, isRange, permissions } from '../manifest/index.js';
import { MAX_BYTES, readJsonText, readYamlText } from './document.js';
import { takePermissions } from './permission-words.js';
import { Rekeyed } from './re-key.js';

/** One value of a list of plugins: the key of config.toml that it belongs to, or why it has none. */
export interface RosterItem {
  /** As in the file: `plugins[0].enabled`. */
  readonly from: string;
  /** null: it is not mapped. */
  readonly to: readonly string[] | null;
  readonly value: unknown;
  /** Why it is not mapped. */
  readonly reason: string | null;
}

/** What reading a list of plugins gave. */
export interface Roster {
  readonly items: readonly RosterItem[];
  readonly errors: readonly Problem[];
}

const CODES: FileCodes = {
  missing: 'IMPORT_INVALID',
  unreadable: 'IMPORT_INVALID',
  syntax: 'IMPORT_INVALID',
};

/** Keys at the top that name directories with plugins. */
const PATH_KEYS = new Set([
  'paths',
  'plugin_paths',
  'plugin_dirs',
  'plugins_dir',
  'plugin_path',
  'search_paths',
]);
const LIST_KEYS = ['plugins', 'plugin'];

/** Keys of an entry that aisopod has no use for, with the reason. */
const CODE = 'aisopod finds a plugin by its folder, and loads no module by name';
const INSTALL = 'aisopod notes this itself when it installs a plugin';
const REASONS: Readonly<Record<string, string>> = {
  module: CODE,
  class: CODE,
  package: CODE,
  entry: CODE,
  entry_point: CODE,
  main: CODE,
  status: INSTALL,
  source: INSTALL,
  digest: INSTALL,
  checksum: INSTALL,
  priority: 'the order of hooks is up to each plugin',
  load_order: 'plugins start in the order of their dependencies',
  dependencies: 'the manifest of the plugin says it',
  capabilities: 'the manifest of the plugin says it',
  description: 'the manifest of the plugin says it',
  author: 'the manifest of the plugin says it',
};

/**
 * Reads a list of plugins as other hosts keep it: `plugins.toml`, `config.yaml` or `registry.json`. Entries stand under
 * `plugins`: a list of names and tables, or a table by name; in TOML also at the top.
 * @returns never throws
 */
export function readRoster(file: string): Roster {
  const path = resolve(file);
  const { table, errors } = readTable(path);
  if (table === null) return { items: [], errors };
  const reader = new RosterReader(path);
  reader.read(table);
  return {
    items: reader.items,
    errors: reader.items.length > 0 ? errors : [...errors, nothing(path)],
  };
}

function readTable(path: string): { table: JsonObject | null; errors: readonly Problem[] } {
  if (path.endsWith('.toml')) {
    const { table, problem } = readToml(path, CODES);
    if (table === null) return { table, errors: [problem] };
    return { table: toJson(table, null, new Findings('IMPORT_INVALID')) as JsonObject, errors: [] };
  }
  const { text, problem } = readTextFile(path, CODES, false, MAX_BYTES);
  if (text === null) return { table: null, errors: [problem] };
  const bare = text.startsWith('\ufeff') ? text.slice(1) : text;
  const { table, problems } = (path.endsWith('.json') ? readJsonText : readYamlText)(bare, path);
  return { table, errors: problems.map((each) => ({ ...each, code: 'IMPORT_INVALID' as const })) };
}

function nothing(file: string): Problem {
  const hint = 'write them as a list or a table under the key `plugins`';
  const where = { file, line: null, column: null, path: '' };
  return {
    ...where,
    found: 'no plugins',
    expected: 'a list of plugins',
    hint,
    code: 'IMPORT_INVALID',
  };
}

type Place = readonly (string | number)[];

class RosterReader {
  readonly items: RosterItem[] = [];
  readonly #folder: string;
  /** registry.json notes the version that was installed; others choose one. */
  readonly #notesVersions: boolean;
  readonly #seen = new Set<string>();

  constructor(file: string) {
    this.#folder = dirname(file);
    this.#notesVersions = basename(file) === 'registry.json';
  }

  read(table: JsonObject): void {
    const keys = Object.keys(table);
    const lists = keys.filter((key) => LIST_KEYS.includes(key));
    for (const [key, value] of Object.entries(table)) {
      if (LIST_KEYS.includes(key)) this.#entries(value, [key]);
      else if (PATH_KEYS.has(key)) this.#paths(value, [key]);
      else if (lists.length === 0 && isTable(value)) this.#entry(key, value, [key]);
      else this.#drop([key], value, 'it is not about plugins');
    }
  }

  #entries(value: unknown, at: Place): void {
    if (Array.isArray(value)) {
      for (const [i, each] of value.entries()) {
        const table = isTable(each) ? each : {};
        this.#entry(isTable(each) ? (each.id ?? each.name) : each, table, [...at, i]);
      }
    } else if (isTable(value)) {
      for (const [key, each] of Object.entries(value)) {
        if (PATH_KEYS.has(key)) this.#paths(each, [...at, key]);
        else if (isTable(each)) this.#entry(key, each, [...at, key]);
        else this.#short(key, each, [...at, key]);
      }
    } else this.#drop(at, value, `it is ${show(value)}, not a list or a table`);
  }

  /** An entry that is a single value: whether the plugin runs, or in which version. */
  #short(id: string, value: unknown, at: Place): void {
    if (!this.#isNew(id, at)) return;
    const settings = ['plugins', 'settings', id];
    if (typeof value === 'string') this.#version(value, at, settings);
    else this.#enabled(value ?? true, 'enabled', at, settings);
  }

  /** Whether a name is an id that has not been met yet; if not, that is reported. */
  #isNew(id: unknown, at: Place): id is string {
    if (typeof id !== 'string' || !isPluginId(id)) {
      const lower =
        typeof id === 'string' ? id.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-') : '';
      const hint = isPluginId(lower) ? `; the plugin may be called ${show(lower)} now` : '';
      this.#drop(at, id, `${show(id)} is not the id of a plugin${hint}`);
      return false;
    }
    const isNew = !this.#seen.has(id);
    if (!isNew) this.#drop(at, id, `${id} stands above already`);
    this.#seen.add(id);
    return isNew;
  }

  #entry(id: unknown, entry: JsonObject, at: Place): void {
    if (!this.#isNew(id, at)) return;
    const settings = ['plugins', 'settings', id];
    const before = this.items.length;
    for (const [key, value] of Object.entries(entry)) {
      if (key === 'id' || key === 'name' || value === null) continue;
      const here = [...at, key];
      if (key === 'enabled' || key === 'disabled') this.#enabled(value, key, here, settings);
      else if (key === 'version') this.#version(value, here, settings);
      else if (key === 'isolation') this.#isolation(value, here, settings);
      else if (key === 'permissions') this.#permissions(value, here, settings);
      else if (key === 'path' || key === 'dir' || key === 'folder') this.#paths(value, here);
      else if (key === 'config' || key === 'settings') this.#config(value, here, ['plugins', id]);
      else this.#drop(here, value, reasonFor(key));
    }
    if (this.items.length === before) {
      this.#put(at, [...settings, 'enabled'], true);
    }
  }

  #enabled(value: unknown, key: string, at: Place, settings: readonly string[]): void {
    const to = [...settings, 'enabled'];
    if (typeof value === 'boolean') this.#put(at, to, key === 'enabled' ? value : !value);
    else this.#drop(at, value, `it is ${show(value)}, not true or false`);
  }

  #version(value: unknown, at: Place, settings: readonly string[]): void {
    const quote = typeof value === 'number' ? '; put it in quotes' : '';
    if (this.#notesVersions)
      this.#drop(at, value, 'it notes what was installed, and is not a choice');
    else if (isRange(value)) this.#put(at, [...settings, 'version'], value.trim());
    else this.#drop(at, value, `it is ${show(value)}, not a range of versions${quote}`);
  }

  #isolation(value: unknown, at: Place, settings: readonly string[]): void {
    const known: readonly unknown[] = ISOLATION_LEVELS;
    if (known.includes(value)) this.#put(at, [...settings, 'isolation'], value);
    else this.#drop(at, value, `it is ${show(value)}, not one of ${known.join(', ')}`);
  }

  /** All or nothing: a grant that is understood in part only would be another one. */
  #permissions(value: unknown, at: Place, settings: readonly string[]): void {
    const findings = new Findings('IMPORT_INVALID');
    const rekeyed = new Rekeyed(findings);
    takePermissions(value, [], rekeyed);
    const { permissions: granted = {} } = rekeyed.table;
    permissions.read(granted, null, findings);
    const [fault] = [...findings.errors, ...findings.warnings];
    if (fault === undefined) this.#put(at, [...settings, 'permissions'], granted);
    else
      this.#drop(
        at,
        value,
        `found ${fault.found ?? show(fault.value)}, expected ${fault.expected}`,
      );
  }

  #paths(value: unknown, at: Place): void {
    const paths = Array.isArray(value) ? value : [value];
    for (const [i, path] of paths.entries()) {
      const here = Array.isArray(value) ? [...at, i] : at;
      if (typeof path !== 'string' || path === '')
        this.#drop(here, path, `it is ${show(path)}, not a path`);
      else {
        const whole = isAbsolute(path) || path.startsWith('~') ? path : resolve(this.#folder, path);
        this.#put(here, ['plugins', 'settings', 'paths'], [whole]);
      }
    }
  }

  #config(value: unknown, at: Place, to: readonly string[]): void {
    if (value === null) this.#drop(at, value, 'TOML has no null');
    else if (isTable(value)) {
      for (const [key, each] of Object.entries(value))
        this.#config(each, [...at, key], [...to, key]);
    } else if (to.length === 2) this.#drop(at, value, `it is ${show(value)}, not a table`);
    else if (holdsNull(value)) this.#drop(at, value, 'TOML has no null');
    else this.#put(at, to, value);
  }

  #put(at: Place, to: readonly string[], value: unknown): void {
    this.items.push({ from: formatKeyPath(at), to, value, reason: null });
  }

  #drop(at: Place, value: unknown, reason: string): void {
    this.items.push({ from: formatKeyPath(at), to: null, value, reason });
  }
}

const KNOWN = ['id', 'name', 'enabled', 'version', 'path', 'config', 'permissions', 'isolation'];

function reasonFor(key: string): string {
  if (/^installed/i.test(key)) return INSTALL;
  if (Object.hasOwn(REASONS, key)) return REASONS[key] as string;
  const near = nearest(key, KNOWN);
  return near === null ? 'aisopod has no such setting' : `it is unknown; did you mean ${near}?`;
}

function holdsNull(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsNull);
  if (isTable(value)) return Object.values(value).some(holdsNull);
  return value === null;
}
