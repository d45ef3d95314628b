import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../base/files/atomic-write.js';
import { withFileLock } from '../base/files/file-lock.js';
import { canonicalText, type JsonObject } from '../base/json/index.js';
import { editToml } from '../base/toml/edit.js';
import { readTomlText } from '../base/toml/index.js';
import type { Home } from '../home/paths/index.js';
import { checkText, readHostConfig } from './host-config.js';
import { valueAt } from './layers.js';

/** A value for config.toml that comes from elsewhere. */
export interface ImportedValue {
  readonly to: readonly string[];
  readonly value: unknown;
}

/** What became of it: written, or the file says the same already, or it keeps what it says. */
export type ImportOutcome =
  | { readonly result: 'mapped' | 'there'; readonly reason: null }
  | { readonly result: 'kept'; readonly reason: string };

/**
 * Adds values to config.toml, in one step. What the file says stays as it is, comments too; a list of paths
 * gets more elements.
 * @param write false: only finds out what would become of each
 * @returns the outcomes, in the order of the values
 * @throws AisopodError CONFIG_INVALID, FILE_LOCKED, FILE_UNWRITABLE
 */
export async function importConfig(
  home: Home,
  values: readonly ImportedValue[],
  write: boolean,
): Promise<readonly ImportOutcome[]> {
  const add = async () => {
    const { text: before } = readHostConfig(home);
    let text = before;
    const outcomes = values.map((value) => {
      const { outcome, after } = addValue(home, text, value);
      text = after;
      return outcome;
    });
    if (write && text !== before) {
      checkText(home, home.configFile, text);
      const mark = (await beginsWithMark(home.configFile)) ? '\ufeff' : '';
      await writeAtomically(home.configFile, mark + text);
    }
    return outcomes;
  };
  return write ? withFileLock(home.configFile, add) : add();
}

const CODES = {
  missing: 'CONFIG_INVALID',
  unreadable: 'CONFIG_INVALID',
  syntax: 'CONFIG_INVALID',
} as const;

function addValue(home: Home, text: string, { to, value }: ImportedValue) {
  const keep = (reason: string) => ({ outcome: { result: 'kept', reason } as const, after: text });
  const there = { outcome: { result: 'there', reason: null } as const, after: text };
  const { table } = readTomlText(text, home.configFile, CODES);
  const found = valueAt((table ?? {}) as JsonObject, to);
  const wanted = withElements(found, value);
  if (found !== undefined && canonicalText(found) === canonicalText(wanted)) return there;
  // A plugin runs if nothing is said.
  if (found === undefined && value === true && to.at(-1) === 'enabled') return there;
  const isPaths = to.length === 3 && to[1] === 'settings';
  if (found !== undefined && !isPaths) return keep('config.toml says otherwise, which counts');
  const edited = editToml(text, {
    path: to,
    value: wanted,
    table: to[1] === 'settings' && !isPaths ? 3 : 2,
  });
  if (edited === null || countOf(edited) < countOf(text)) {
    return keep('it cannot be written without changing more of the file; write it by hand');
  }
  try {
    checkText(home, home.configFile, edited);
  } catch {
    return keep('config.toml would not be valid with it');
  }
  return { outcome: { result: 'mapped', reason: null } as const, after: edited };
}

/** A list that is there with the elements that it lacks. */
function withElements(found: unknown, value: unknown): unknown {
  if (!Array.isArray(found) || !Array.isArray(value)) return value;
  return [...found, ...value.filter((each) => !found.includes(each))];
}

/** Comments in what is replaced would be lost, which shows in their number. */
function countOf(text: string): number {
  return text.split('#').length;
}

async function beginsWithMark(file: string): Promise<boolean> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0)); // there may be none yet
  return bytes.subarray(0, 3).equals(Buffer.from('\ufeff'));
}
