import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PluginHost } from '../../../src/index.js';
import { compileLibrary } from '../../support/compile-library.js';
import { makePlugin } from '../../support/plugin-folder.js';
import { closeAfterTest, makeHome, newFolder } from '../open-host.js';

/** What each call of a build of test/plugins/builds.cc answers. */
export interface Answered {
  readonly build: number;
  /** How many calls have been answered so far, over all builds. */
  readonly count: number;
  /** What a C++ static of the library and a function of its second library say. */
  readonly statics?: number;
  readonly extra?: number;
  /** How many events it has received, over all builds. */
  readonly events?: number;
}

const FLAGS = ['-fno-gnu-unique'];

/** Makes the folder of a build; it is kept for other reloads. */
function makeBuild(build: number, flags: readonly string[]): string {
  const parent = newFolder();
  const extra = flags.includes('-DWITH_EXTRA') ? makeExtra(join(parent, 'builds'), build) : [];
  return makePlugin(parent, {
    id: 'builds',
    version: `1.0.${build}`,
    source: 'builds.cc',
    flags: [...FLAGS, `-DBUILD=${build}`, ...flags, ...extra],
  });
}

/** Makes the second library of a build; its name is of that build, as a reload needs it. */
function makeExtra(folder: string, build: number): string[] {
  const name = `libextra${build}.so`;
  const source = `int extra_build(void) { return ${build}; }`;
  compileLibrary(join(folder, name), source, [`-Wl,-soname,${name}`]);
  return ['-L', folder, `-lextra${build}`, '-Wl,-rpath,$ORIGIN'];
}

/** Lays a build into the home of a host, in one step. */
export function lay(home: string, build: number, flags: readonly string[] = []): void {
  const folder = join(home, 'plugins', 'builds');
  const incoming = join(home, 'incoming');
  cpSync(makeBuild(build, flags), incoming, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(incoming, folder);
}

/** Opens a host with build 1 of the plugin. */
export async function hostOfBuilds(flags: readonly string[] = []) {
  const options = makeHome({});
  lay(options.home, 1, flags);
  const host = await PluginHost.open(options);
  closeAfterTest(host);
  return {
    host,
    /** Lays a build and reloads the plugin. */
    reload(build: number, more: readonly string[] = flags) {
      lay(options.home, build, more);
      return host.plugins.reload('builds');
    },
  };
}

/** The answer of a tool. */
export async function ask(host: PluginHost, tool: string): Promise<Answered> {
  const result = await host.tools.call(`builds:${tool}`);
  if (!result.success) throw new Error(result.error.message);
  return result.data as Answered;
}
