import { isTable, type JsonObject } from '../../base/json/index.js';
import { writeKey, writeValue } from '../../base/toml/write-value.js';

/** The sections in the order of docs/reference/manifest.md. */
const SECTIONS = [
  'plugin',
  'capabilities',
  'compatibility',
  'runtime',
  'dependencies',
  'permissions',
  'config',
];

/** Keys that are written in one line each; what is below them is a table in braces. */
const IN_BRACES = new Set(['dependencies', 'filesystem', 'limits', 'entry']);

/**
 * Writes a manifest as TOML, its tables in the usual order.
 * @param table as a TOML file would say it, without null
 */
export function manifestToml(table: JsonObject): string {
  const order = ([key]: [string, unknown]) => SECTIONS.indexOf(key);
  const members = Object.entries(table).sort((a, b) => order(a) - order(b));
  const single = members.filter(([, value]) => !isTable(value));
  const tables = members.filter(([, value]) => isTable(value));
  const top = single.map(([key, value]) => line(key, value)).join('');
  return [top, ...tables.map(([key, value]) => section([key], value as JsonObject))]
    .filter((text) => text !== '')
    .join('\n');
}

function section(path: readonly string[], table: JsonObject): string {
  // Who the plugin is comes first, wherever another manifest says it.
  const members = Object.entries(table).sort(([a], [b]) => Number(b === 'id') - Number(a === 'id'));
  const braces = IN_BRACES.has(path.at(-1) ?? '');
  const isSection = ([key, value]: [string, unknown]) =>
    isTable(value) && !braces && !IN_BRACES.has(key) && Object.keys(value).length > 0;
  const lines = members.filter((each) => !isSection(each)).map(([key, value]) => line(key, value));
  const below = members
    .filter(isSection)
    .map(([key, value]) => section([...path, key], value as JsonObject));
  const head =
    lines.length > 0 || below.length === 0 ? `[${writeKey(path)}]\n${lines.join('')}` : '';
  return [head, ...below].filter((text) => text !== '').join('\n');
}

function line(key: string, value: unknown): string {
  return `${writeKey([key])} = ${writeValue(value)}\n`;
}
