import { writeAtomically } from '../../base/files/atomic-write.js';
import { withFileLock } from '../../base/files/file-lock.js';
import { isTable, type JsonObject, jsonText } from '../../base/json/index.js';
import type { Home } from '../paths/index.js';
import { readInstalled } from './installed-file.js';

/**
 * Writes down whether plugins are enabled. Whatever else stands in the file stays.
 * @throws AisopodError INSTALLED_INVALID for a file that is broken, which stays as it is;
 *   FILE_LOCKED, FILE_UNWRITABLE
 */
export function writeEnabled(home: Home, ids: readonly string[], enabled: boolean): Promise<void> {
  return change(home, ids, (entry) => ({ ...entry, enabled }));
}

/**
 * Asks every running host that follows this file to reload a plugin. Whatever else stands in the file stays.
 * @throws AisopodError as writeEnabled()
 */
export function requestReload(home: Home, id: string): Promise<void> {
  return change(home, [id], (entry) => {
    const { reloads = 0 } = entry;
    return { ...entry, reloads: typeof reloads === 'number' ? reloads + 1 : 1 };
  });
}

async function change(
  home: Home,
  ids: readonly string[],
  changed: (entry: JsonObject) => JsonObject,
): Promise<void> {
  await withFileLock(home.registryFile, async () => {
    const { document } = readInstalled(home);
    const plugins = new Map(Object.entries(tableOf(document.plugins)));
    for (const id of ids) plugins.set(id, changed(tableOf(plugins.get(id))));
    const whole = { ...document, plugins: Object.fromEntries(plugins) };
    await writeAtomically(home.registryFile, `${jsonText(whole, 2)}\n`);
  });
}

function tableOf(value: unknown): JsonObject {
  return isTable(value) ? value : {};
}
