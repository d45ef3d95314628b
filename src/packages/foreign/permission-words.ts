import type { JsonObject } from '../../base/json/index.js';
import { isTable } from '../../base/json/index.js';
import type { KeyPath } from '../../base/shape/index.js';
import type { Rekeyed } from './re-key.js';

// What a plugin needs, in the words of other manifests. Nothing is understood as less than it says: a word
// that has no meaning here stays, so that the manifest is refused with its place.

/** Every place of the network. */
const ANYWHERE = '*';

/** The whole tree of files. */
const EVERYTHING = '/';

const ALLOWED: ReadonlySet<unknown> = new Set([true, 'allow', 'allowed', 'all', 'full', 'yes']);
const DENIED: ReadonlySet<unknown> = new Set([false, null, 'deny', 'denied', 'none', 'no']);

/** Words for access to files, with the lists of paths that they stand for. */
const FILE_ACCESS: ReadonlyMap<unknown, readonly ('read' | 'write')[]> = new Map([
  ['read-only', ['read']],
  ['readonly', ['read']],
  ['read', ['read']],
  ['write-only', ['write']],
  ['write', ['write']],
  ['read-write', ['read', 'write']],
  ['readwrite', ['read', 'write']],
]);

const FLAGS: ReadonlySet<string> = new Set(['storage', 'process', 'ui']);

const OTHER_NAMES: Readonly<Record<string, string>> = {
  net: 'network',
  fs: 'filesystem',
  files: 'filesystem',
  env: 'environment',
};

const KNOWN = [
  'network',
  'filesystem',
  'environment',
  'storage',
  'process',
  'ui',
  'limits',
] as const;

const WORD = 'a permission such as "network", "filesystem:read", "environment:HOME" or "storage"';

/** Takes permissions: a list of words, or a table with a value for each. */
export function takePermissions(value: unknown, from: KeyPath, out: Rekeyed): void {
  if (Array.isArray(value)) {
    value.forEach((word, i) => {
      takeWord(word, [...from, i], out);
    });
  } else if (isTable(value)) takeTable(value, from, out);
  else if (value !== null) out.error(from, value, `a list, or a table, of permissions`);
}

function takeTable(table: JsonObject, from: KeyPath, out: Rekeyed): void {
  for (const [key, value] of Object.entries(table)) {
    const at = [...from, key];
    const name = OTHER_NAMES[key] ?? key;
    if (name === 'network') takeNetwork(value, at, out);
    else if (name === 'filesystem') takeFiles(value, at, out);
    else if (name === 'environment') takeList(['permissions', name], value, at, out);
    else if (FLAGS.has(name)) takeFlag(name, value, at, out);
    else if (name === 'limits') out.put(['permissions', name], value, at);
    else out.unknown(at, KNOWN);
  }
}

/** `resource`, `resource:what`, or for files `filesystem:read:/path`. */
function takeWord(word: unknown, at: KeyPath, out: Rekeyed): void {
  const [given = '', what, path] = typeof word === 'string' ? splitWord(word) : [];
  const name = OTHER_NAMES[given] ?? given;
  if (name === 'network') {
    out.add(['permissions', name], what === undefined ? ANYWHERE : joined(what, path), at);
  } else if (name === 'environment' && what !== undefined) {
    out.add(['permissions', name], joined(what, path), at);
  } else if (FLAGS.has(name) && what === undefined) out.put(['permissions', name], true, at);
  else if (name === 'filesystem') {
    const access = what === undefined ? ['read', 'write'] : FILE_ACCESS.get(what);
    if (access === undefined) out.error(at, word, WORD);
    for (const each of access ?? []) {
      out.add(['permissions', name, each], path ?? EVERYTHING, at);
    }
  } else out.error(at, word, WORD);
}

/** At the first two separators: a place of the network has colons of its own. */
function splitWord(word: string): string[] {
  const [, name = '', what, path] = /^([^:.]*)(?:[:.]([^:]*)(?::(.*))?)?$/s.exec(word) ?? [];
  return [name, what, path].filter((part) => part !== undefined);
}

function joined(what: string, rest: string | undefined): string {
  return rest === undefined ? what : `${what}:${rest}`;
}

function takeNetwork(value: unknown, at: KeyPath, out: Rekeyed): void {
  const list = ['permissions', 'network'];
  if (ALLOWED.has(value)) out.add(list, ANYWHERE, at);
  else takeList(list, value, at, out);
}

function takeFiles(value: unknown, at: KeyPath, out: Rekeyed): void {
  const section = ['permissions', 'filesystem'];
  if (isTable(value)) {
    for (const [key, paths] of Object.entries(value)) {
      if (key !== 'read' && key !== 'write') out.unknown([...at, key], ['read', 'write']);
      else if (ALLOWED.has(paths)) out.add([...section, key], EVERYTHING, [...at, key]);
      else takeList([...section, key], paths, [...at, key], out);
    }
    return;
  }
  const access = ALLOWED.has(value) ? (['read', 'write'] as const) : FILE_ACCESS.get(value);
  for (const each of access ?? []) out.add([...section, each], EVERYTHING, at);
  if (access !== undefined || DENIED.has(value)) return;
  const expected = '"none", "read-only", "read-write", or a table of read and write';
  out.error(at, value, expected);
}

/** A list, or its only element. */
function takeList(list: KeyPath, value: unknown, at: KeyPath, out: Rekeyed): void {
  if (DENIED.has(value)) return;
  if (!Array.isArray(value)) out.add(list, value, at);
  else for (const [i, each] of value.entries()) out.add(list, each, [...at, i]);
}

function takeFlag(name: string, value: unknown, at: KeyPath, out: Rekeyed): void {
  const flag = ALLOWED.has(value) ? true : DENIED.has(value) ? false : value;
  if (flag !== false) out.put(['permissions', name], flag, at);
}
