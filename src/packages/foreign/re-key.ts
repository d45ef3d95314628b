import { isTable, type JsonObject, jsonText } from '../../base/json/index.js';
import { type Findings, type KeyPath, type Place, under } from '../../base/shape/index.js';
import { alternativesOf, isRange } from '../manifest/index.js';
import { takePermissions } from './permission-words.js';

/** A form of manifest: the keys of both are the same but for one. */
export type Form = 'yaml' | 'json';

/**
 * A manifest of another form under the keys of aisopod.plugin.toml. What it can't place is reported under the
 * key that the author wrote.
 */
export class Rekeyed {
  /** As a TOML file would say it. */
  readonly table: JsonObject = {};
  /** Where each value came from, in the order of the mapping. */
  readonly moves: { readonly from: KeyPath; readonly to: KeyPath }[] = [];
  /** What has no place in the model and does no harm, such as the address of an author. */
  readonly leftOut: KeyPath[] = [];
  readonly #origins = new Map<string, KeyPath>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Puts a value; null says nothing. Two values for one key are a fault, unless they are equal. */
  put(to: KeyPath, value: unknown, from: KeyPath): void {
    if (value === null) return;
    const section = this.#section(to.slice(0, -1));
    const key = to.at(-1) as string;
    const other = this.#origins.get(nameOf(to));
    if (other !== undefined && jsonText(section[key]) !== jsonText(value)) {
      const [first, second] = [other.join('.'), from.join('.')];
      this.error(from, value, `the same as \`${first}\`, or no \`${second}\``);
      return;
    }
    if (other === undefined) this.#note(to, from);
    define(section, key, value);
  }

  /** Puts a value in the place of another, which came from elsewhere too. */
  replace(to: KeyPath, value: unknown, from: KeyPath): void {
    define(this.#section(to.slice(0, -1)), to.at(-1) as string, value);
    this.moves.push({ from, to });
  }

  /** Adds an element to a list, once. */
  add(to: KeyPath, value: unknown, from: KeyPath): void {
    const section = this.#section(to.slice(0, -1));
    const key = to.at(-1) as string;
    const list = (Object.hasOwn(section, key) ? section[key] : []) as unknown[];
    if (list.includes(value)) return;
    this.#note([...to, list.length], from);
    define(section, key, [...list, value]);
  }

  /** The value that was put there; undefined: none was. */
  get(to: KeyPath): unknown {
    if (!this.#origins.has(nameOf(to))) return undefined;
    return this.#section(to.slice(0, -1))[to.at(-1) as string];
  }

  error(from: KeyPath, found: unknown, expected: string): void {
    this.#findings.error(placeOf(from), found, expected);
  }

  warn(from: KeyPath, found: string, expected: string, hint: string): void {
    this.#findings.warn(placeOf(from), found, expected, { hint });
  }

  unknown(from: KeyPath, known: readonly string[]): void {
    this.#findings.unknownKey(placeOf(from) as Place, known);
  }

  /** The key that the author wrote, or would have to write, for one of aisopod.plugin.toml. */
  originOf(to: KeyPath): KeyPath {
    for (let length = to.length; length > 0; length--) {
      const origin = this.#origins.get(nameOf(to.slice(0, length)));
      if (origin !== undefined) return [...origin, ...to.slice(length)];
    }
    const [section, ...rest] = to;
    return FLAT_SECTIONS.has(section as string) && rest.length > 0 ? rest : to;
  }

  #note(to: KeyPath, from: KeyPath): void {
    this.#origins.set(nameOf(to), from);
    this.moves.push({ from, to });
  }

  #section(path: KeyPath): JsonObject {
    let table = this.table;
    for (const key of path as readonly string[]) {
      if (!Object.hasOwn(table, key)) define(table, key, {});
      table = table[key] as JsonObject;
    }
    return table;
  }
}

/** Sections of aisopod.plugin.toml whose keys stand at the top of other manifests. */
const FLAT_SECTIONS: ReadonlySet<string> = new Set(['plugin', 'compatibility', 'runtime']);

type Take = (value: unknown, from: KeyPath, out: Rekeyed) => void;

const to =
  (...path: string[]): Take =>
  (value, from, out) =>
    out.put(path, value, from);

const keysOf = (section: string, names: string): [string, Take][] =>
  names.split(' ').map((name) => [name, to(section, name)]);

/** By the key in lower case with `_`; `minHostVersion` is min_host_version. */
const RULES: ReadonlyMap<string, Take> = new Map<string, Take>([
  ...keysOf('plugin', 'id version name description license homepage keywords'),
  ...keysOf('plugin', 'entry entry_point main'),
  ['author', textOr('author', 'name')],
  ['repository', takeRepository],
  ['host', takeHost],
  ['requires_version', takeHost],
  ['compatible_versions', takeHost],
  ...keysOf('compatibility', 'min_host_version max_host_version abi platforms features'),
  ['required_features', to('compatibility', 'features')],
  ...keysOf('runtime', 'loader command args protocol isolation activation instance jit'),
  ['dependencies', takeDependencies],
  ['permissions', takePermissions],
  ['required_permissions', takePermissions],
  ['provides', takeCapabilities],
  ['config', to('config')],
  ['config_schema', to('config')],
]);

const CAPABILITIES: Readonly<Record<Form, Take>> = {
  yaml: takePermissions,
  json: takeCapabilities,
};

const KNOWN = [...RULES.keys(), 'capabilities', ...FLAT_SECTIONS];

/**
 * Puts the keys of another manifest under those of aisopod.plugin.toml. Keys may be written with `_` or in camel
 * case; the tables `plugin`, `compatibility` and `runtime` may stand there as in TOML.
 * @param findings receives what can't be placed, under the keys of `table`
 */
export function rekey(table: JsonObject, form: Form, findings: Findings): Rekeyed {
  const out = new Rekeyed(findings);
  for (const [key, value] of Object.entries(table)) {
    const name = key.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
    if (FLAT_SECTIONS.has(key) && isTable(value)) {
      for (const [each, inner] of Object.entries(value)) out.put([key, each], inner, [key, each]);
    } else if (name === 'capabilities') CAPABILITIES[form](value, [key], out);
    else if (RULES.has(name)) RULES.get(name)?.(value, [key], out);
    else if (key !== '$schema' && !/^x[-_]/i.test(key)) out.unknown([key], KNOWN);
  }
  // Elsewhere the name is what a plugin is known by.
  const { name, id } = (out.table.plugin ?? {}) as JsonObject;
  if (id === undefined && name !== undefined) {
    out.put(['plugin', 'id'], name, out.originOf(['plugin', 'name']));
  }
  return out;
}

/** A text, or a table that has it under a key. */
function textOr(target: string, key: string): Take {
  return (value, from, out) => {
    const nested = memberOf(value, key, from, out);
    out.put(['plugin', target], nested ?? value, nested === undefined ? from : [...from, key]);
  };
}

function takeRepository(value: unknown, from: KeyPath, out: Rekeyed): void {
  const [, owner] =
    /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (owner !== undefined) out.put(['plugin', 'repository'], `https://github.com/${owner}`, from);
  else textOr('repository', 'url')(value, from, out);
}

/** Ranges of versions of the host. A list is a choice; of several keys, all must be met. */
function takeHost(value: unknown, from: KeyPath, out: Rekeyed): void {
  const choice =
    Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
  const range = choice ? value.join(' || ') : value;
  const other = out.get(HOST);
  if (!isRange(other) || !isRange(range)) out.put(HOST, range, from);
  else out.replace(HOST, bothOf(other, range), from);
}

const HOST: KeyPath = ['compatibility', 'host'];

/** `a || b` and `c` is `a c || b c`. */
function bothOf(one: string, other: string): string {
  const parts = alternativesOf(one).flatMap((a) =>
    alternativesOf(other).map((b) => `${a} ${b}`.trim() || '*'),
  );
  return parts.join(' || ');
}

/** A table as in TOML, or a list of ids, `id@range` and tables with an id. */
function takeDependencies(value: unknown, from: KeyPath, out: Rekeyed): void {
  if (!Array.isArray(value)) {
    if (!isTable(value)) out.put(['dependencies'], value, from);
    else
      for (const [id, range] of Object.entries(value))
        out.put(['dependencies', id], range, [...from, id]);
    return;
  }
  for (const [i, each] of value.entries()) {
    const at = [...from, i];
    if (typeof each === 'string') {
      const [, id = each, range = '*'] = /^([^@\s]+)(?:\s*@\s*|\s+)(.+)$/.exec(each) ?? [];
      out.put(['dependencies', id], range, at);
    } else if (isTable(each) && typeof (each.id ?? each.name) === 'string') {
      const { id, name, version = '*', ...rest } = each;
      out.put(['dependencies', String(id ?? name)], { version, ...rest }, at);
    } else out.error(at, each, 'an id such as "other", or "other@^1.0"');
  }
}

/** A table of lists as in TOML, whose elements may be tables with a name; or a list of `tools:search`. */
function takeCapabilities(value: unknown, from: KeyPath, out: Rekeyed): void {
  if (isTable(value)) {
    for (const [kind, names] of Object.entries(value)) {
      const at = [...from, kind];
      if (!Array.isArray(names)) out.put(['capabilities', kind], names, at);
      else for (const [i, each] of names.entries()) takeName(kind, each, [...at, i], out);
    }
    return;
  }
  if (!Array.isArray(value)) {
    out.put(['capabilities'], value, from);
    return;
  }
  for (const [i, each] of value.entries()) takeKind(each, [...from, i], out);
}

function takeKind(value: unknown, at: KeyPath, out: Rekeyed): void {
  const text = typeof value === 'string' ? value : '';
  const [, kind = '', name] = /^([a-z]+)(?::(.+))?$/.exec(text) ?? [];
  const many = kind.endsWith('s') || kind === 'middleware' ? kind : `${kind}s`;
  if (name !== undefined) out.add(['capabilities', many], name, at);
  else if (kind === '') out.error(at, value, 'a kind with a name, such as "tools:search"');
  else
    out.warn(
      at,
      `the kind "${kind}" without a name`,
      'one such as "tools:search"',
      'it is ignored',
    );
}

function takeName(kind: string, value: unknown, at: KeyPath, out: Rekeyed): void {
  const nested = memberOf(value, 'name', at, out);
  out.add(['capabilities', kind], nested ?? value, nested === undefined ? at : [...at, 'name']);
}

/** The member of a table that counts, the others being left out; undefined: there is none. */
function memberOf(value: unknown, key: string, from: KeyPath, out: Rekeyed): unknown {
  if (!isTable(value) || !Object.hasOwn(value, key)) return undefined;
  for (const other of Object.keys(value)) if (other !== key) out.leftOut.push([...from, other]);
  return value[key];
}

/** The place of a finding. */
export function placeOf(path: KeyPath): Place | null {
  return path.reduce<Place | null>(under, null);
}

function nameOf(path: KeyPath): string {
  return jsonText(path);
}

function define(table: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(table, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
