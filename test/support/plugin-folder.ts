import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileTestPlugin } from './compile-library.js';

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
    | 'state.c'
    | 'origins.c'
    | 'unanswered.c'
    | 'configured.c'
    | 'subscribes.c'
    | 'mails.c'
    | 'border.c'
    | 'contract.c'
    | 'hostile.c'
    | 'crashes.c'
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

/** Makes the folder `<parent>/<id>` with manifest and library. */
export function makePlugin(parent: string, plugin: TestPlugin): string {
  const { source, id, version = '1.0.0', manifest = '', flags = [] } = plugin;
  const folder = join(parent, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'aisopod.plugin.toml'),
    `[plugin]\nid = "${id}"\nversion = "${version}"\nentry = "plugin.so"\n${manifest}`,
  );
  const names = [`-DPLUGIN_ID="${id}"`, `-DPLUGIN_VERSION="${version}"`];
  compileTestPlugin(join(folder, 'plugin.so'), source, [...names, ...flags]);
  return folder;
}
