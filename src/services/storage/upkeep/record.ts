import { parseJson } from '../../../base/json/index.js';
import { show } from '../../../base/text/index.js';
import type { PageFile, Snapshot } from '../pages/page-file.js';
import type { Entry } from '../pages/tree-page.js';
import { readValue } from '../pages/walk.js';
import { isUsageKey, keyLength, type Scope } from '../storage-key.js';

/** A value of a plugin that can be read. */
export interface StoredRecord {
  readonly kind: 'record';
  readonly scope: Scope;
  readonly key: Buffer;
  readonly json: string;
  /** As it is counted for the limit of the plugin. */
  readonly bytes: number;
}

/** The count of what a plugin has stored. */
export interface UsageCount {
  readonly kind: 'usage';
  readonly scope: Scope;
  readonly bytes: number;
}

/** Reads what an entry of the store says, or what is wrong with it. */
export function readRecord(
  file: PageFile,
  state: Snapshot,
  entry: Entry,
): StoredRecord | UsageCount | string {
  const value = readValue(file, state, entry);
  const isUsage = isUsageKey(entry.key);
  const parts = textOf(isUsage ? entry.key.subarray(1) : entry.key)?.split('\0');
  const [tenant, plugin, key] = parts ?? [];
  if (tenant === undefined || plugin === undefined || parts?.length !== (isUsage ? 2 : 3)) {
    return 'a key is not one of a plugin';
  }
  const scope = { tenant, plugin };
  const name = key === undefined ? `the count of ${plugin}` : `${show(key)} of ${show(plugin)}`;
  const json = value === null ? null : textOf(value);
  if (json === null) return `${name} cannot be read`;
  if (key === undefined) {
    return /^\d+$/.test(json)
      ? { kind: 'usage', scope, bytes: Number(json) }
      : `${name} is not a number`;
  }
  try {
    parseJson(json);
  } catch {
    return `${name} is not JSON`;
  }
  const bytes = keyLength(entry.key) + (value?.length ?? 0);
  return { kind: 'record', scope, key: entry.key, json, bytes };
}

/** Null: it is not UTF-8. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
