import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileTestPlugin, temporaryFolder } from './compile-library.js';

/** A plugin of test/plugins under an id of its own. */
export interface TestPlugin {
  /** File in test/plugins, or a path from there. */
  readonly source:
    | 'lifecycle.c'
    | 'calls.c'
    | 'streams.c'
    | 'requests.c'
    | 'talk.c'
    | 'middleware.c'
    | 'recovering.c'
    | 'commands.c'
    | 'reasons.c'
    | 'origins.c'
    | 'unanswered.c'
    | 'configured.c'
    | 'subscribes.c'
    | 'mails.c'
    | 'border.c'
    | 'contract.c'
    | `${string}/${string}.c`
    | `${string}.cc`;
  readonly id: string;
  /** Default: 1.0.0. */
  readonly version?: string;
  /** More of the manifest, after `[plugin]`. */
  readonly manifest?: string;
  /** More for the compiler. */
  readonly flags?: readonly string[];
}

const libraries = temporaryFolder();
const compiled = new Map<string, string>();

/** Makes the folder `<parent>/<id>` with manifest and library. */
export function makePlugin(parent: string, plugin: TestPlugin): string {
  const { id, version = '1.0.0', manifest = '' } = plugin;
  const folder = join(parent, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'aisopod.plugin.toml'),
    `[plugin]\nid = "${id}"\nversion = "${version}"\nentry = "plugin.so"\n${manifest}`,
  );
  copyFileSync(library(plugin), join(folder, 'plugin.so'));
  return folder;
}

/** Each is compiled once a test file. */
function library({ source, id, version = '1.0.0', flags = [] }: TestPlugin): string {
  const key = JSON.stringify([source, id, version, flags]);
  let path = compiled.get(key);
  if (path === undefined) {
    path = join(libraries, `${compiled.size}.so`);
    const names = [`-DPLUGIN_ID="${id}"`, `-DPLUGIN_VERSION="${version}"`];
    compileTestPlugin(path, source, [...names, ...flags]);
    compiled.set(key, path);
  }
  return path;
}
