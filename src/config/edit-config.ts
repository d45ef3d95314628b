import { readFile } from 'node:fs/promises';
import { AisopodError } from '../base/errors/index.js';
import { writeAtomically } from '../base/files/atomic-write.js';
import { withFileLock } from '../base/files/file-lock.js';
import { isObject, type JsonObject } from '../base/json/index.js';
import type { KeyPath } from '../base/shape/index.js';
import { showPath } from '../base/text/index.js';
import { editToml } from '../base/toml/edit.js';
import { formatKeyPath, formatProblem, locate, type Problem } from '../base/toml/index.js';
import type { Home } from '../home/paths/index.js';
import { configError } from './config-problems.js';
import { checkText, readHostConfig } from './host-config.js';
import { type Layer, layerOf, pluginFile, valueAt } from './layers.js';

/** What is to become of one value of a plugin's configuration. */
export interface Edit {
  readonly path: readonly string[];
  /** undefined: it is to go. */
  readonly value: unknown;
}

/** What a change of a file came to. */
export interface ConfigEdit {
  readonly key: string;
  /** The file that was written. */
  readonly file: string;
  /** Where the key stands in it; null when it was taken away. */
  readonly line: number | null;
  /** The embedder's override says something else, which counts. */
  readonly shadowed: boolean;
  /** What is not right about the configuration, and was not before; stops nothing. */
  readonly warnings: readonly AisopodError[];
}

/** What changing a plugin's configuration needs. */
export interface EditContext {
  readonly id: string;
  readonly home: Home;
  readonly override: JsonObject | null;
  /**
   * @returns warnings about a configuration
   * @throws AisopodError what is wrong with it; details: `{ problems }`
   */
  readonly check: (layers: readonly Layer[]) => readonly AisopodError[];
}

/** Changes a file of configuration, while nobody else does. */
export async function editConfig(edit: Edit, context: EditContext): Promise<ConfigEdit> {
  return await withFileLock(context.home.configFile, () => editLocked(edit, context));
}

async function editLocked(edit: Edit, context: EditContext): Promise<ConfigEdit> {
  const { id, home, override } = context;
  const { path, value } = edit;
  const layers = readHostConfig(home).layersFor(id);
  const old = layerToEdit(edit, layers, context);
  const full = [...old.root, ...path] as string[];
  const text = editToml(old.text, { path: full, value, table: old.root.length });
  if (text === null) throw uneditable(old, edit);
  const now: Layer = { ...old, text, value: changed(old.value, edit) };
  const others = layers.filter(({ name }) => name !== old.name);
  const after = old.name === 'config.toml' ? [now, ...others] : [...others, now];
  const warnings = judge(layers, after, context);
  const file = now.file as string;
  refuseDamage(home, file, { text, edit, root: old.root });
  await writeAtomically(file, (await beginsWithMark(file)) ? `\ufeff${text}` : text);
  const key = formatKeyPath(path);
  const line = value === undefined ? null : (locate(text, [full])[0]?.line ?? null);
  const shadowed = override !== null && valueAt(override, path) !== undefined;
  return { key, file, line, shadowed, warnings };
}

/**
 * Refuses a text that no host could read again: nested too deeply, or too large.
 * @throws AisopodError CONFIG_UNEDITABLE
 */
function refuseDamage(
  home: Home,
  file: string,
  { text, edit, root }: { text: string; edit: Edit; root: KeyPath },
): void {
  try {
    checkText(home, file, text);
  } catch (cause) {
    const { problems = [] } = (AisopodError.from(cause).details ?? {}) as { problems?: Problem[] };
    const [first] = problems;
    if (first === undefined) throw cause;
    const key = formatKeyPath([...root, ...edit.path]);
    throw new AisopodError(
      'CONFIG_UNEDITABLE',
      `${key} cannot be written into ${showPath(file)}, since the file could not be read again: ` +
        `found ${first.found}, expected ${first.expected}. Nothing was changed; write less.`,
      { details: { file, key }, cause },
    );
  }
}

/** Whether a file begins with a byte order mark, which is to stay. */
async function beginsWithMark(file: string): Promise<boolean> {
  try {
    const bytes = await readFile(file);
    return bytes.subarray(0, 3).equals(Buffer.from('\ufeff'));
  } catch {
    return false; // there is none yet
  }
}

/** The file that counts: for a new value the highest there is, else the one that it comes from. */
function layerToEdit(
  { path, value }: Edit,
  layers: readonly Layer[],
  { id, home, override }: EditContext,
): Layer {
  const highest = layers.findLast(({ name }) => name === 'plugin file');
  if (value !== undefined) {
    return highest ?? layers[0] ?? emptyTable(home, id);
  }
  const found = layerOf(layers, path);
  if (found !== null) return found;
  const key = formatKeyPath(path);
  const where =
    override !== null && valueAt(override, path) !== undefined
      ? 'the program that opened the host gives it'
      : `neither ${showPath(home.configFile)} nor ${showPath(pluginFile(home, id))} says anything ` +
        `about it; show what counts with: aisopod config explain ${id}`;
  throw new AisopodError('CONFIG_NOT_SET', `${key} of ${id} cannot be unset: ${where}.`, {
    details: { plugin: id, key },
  });
}

/** config.toml as it is, in which nothing is said about the plugin. */
function emptyTable(home: Home, id: string): Layer {
  const { configFile: file } = home;
  const { text } = readHostConfig(home);
  return { name: 'config.toml', file, text, root: ['plugins', id], value: {} };
}

function changed(value: JsonObject, { path, value: by }: Edit): JsonObject {
  const [key, ...rest] = path as [string, ...string[]];
  const members = new Map(Object.entries(value));
  if (rest.length > 0) {
    const below = members.get(key);
    members.set(key, changed(isObject(below) ? below : {}, { path: rest, value: by }));
  } else if (by === undefined) members.delete(key);
  else members.set(key, by);
  return Object.fromEntries(members);
}

/**
 * Refuses what makes a configuration worse. What was wrong before stays to be mended, one value after
 * the other; a secret may be there where the host runs, and not here.
 *
 * @returns what is still wrong, as warnings
 * @throws AisopodError CONFIG_INVALID
 */
function judge(before: readonly Layer[], after: readonly Layer[], context: EditContext) {
  const known = new Set(faults(before, context).problems.map(sense));
  const { problems, warnings } = faults(after, context);
  const worse = problems.filter(
    (each) => each.code !== 'SECRET_UNAVAILABLE' && !known.has(sense(each)),
  );
  if (worse.length > 0) throw configError(context.id, worse);
  return [...warnings, ...problems.map((each) => configError(context.id, [each]))];
}

function faults(layers: readonly Layer[], { check }: EditContext) {
  try {
    return { problems: [], warnings: check(layers) };
  } catch (error) {
    const { problems } = (AisopodError.from(error).details ?? {}) as { problems?: Problem[] };
    if (problems === undefined) throw error;
    return { problems, warnings: [] };
  }
}

/** What a problem says, wherever it stands. */
function sense(problem: Problem): string {
  return formatProblem({ ...problem, file: '', line: null, column: null });
}

function uneditable({ file, root }: Layer, { path, value }: Edit): AisopodError {
  const key = formatKeyPath([...root, ...path]);
  const what = value === undefined ? 'taken out of' : 'written into';
  return new AisopodError(
    'CONFIG_UNEDITABLE',
    `${key} cannot be ${what} ${showPath(file ?? '')} without touching more of it: what stands ` +
      'there is written in a way that only its author can change. Nothing was changed; edit the file.',
    { details: { file, key } },
  );
}
