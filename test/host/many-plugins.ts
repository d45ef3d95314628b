import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePlugin, type TestPlugin } from '../support/plugin-folder.js';
import { newFolder } from './open-host.js';

/**
 * Makes a home with plugins that differ in their ids only: the library of each is the first one with its id
 * replaced.
 * @param prefix of the ids, such as `idle` of `idle-000`
 * @param count at most 1000
 * @param source of the library
 * @param more what each manifest says besides
 */
export function makeManyPlugins(
  prefix: string,
  count: number,
  source: TestPlugin['source'],
  more = '',
): string {
  const home = newFolder();
  const plugins = join(home, 'plugins');
  mkdirSync(plugins);
  const first = `${prefix}-000`;
  const library = join(makePlugin(plugins, { id: first, source, manifest: more }), 'plugin.so');
  const bytes = readFileSync(library).toString('latin1');
  for (let i = 1; i < count; i++) {
    const id = `${prefix}-${String(i).padStart(3, '0')}`;
    const folder = join(plugins, id);
    mkdirSync(folder);
    writeFileSync(join(folder, 'plugin.so'), bytes.replaceAll(first, id), 'latin1');
    const manifest = `[plugin]\nid = "${id}"\nversion = "1.0.0"\nentry = "plugin.so"\n${more}`;
    writeFileSync(join(folder, 'aisopod.plugin.toml'), manifest);
  }
  return home;
}
