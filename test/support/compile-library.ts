import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { compileCached } from './compile-cache.js';

/** Directory of aisopod/plugin.h. */
export const INCLUDE = fileURLToPath(new URL('../../native/include', import.meta.url));

/** Sources of the plugins that several tests use. */
const PLUGINS = fileURLToPath(new URL('../plugins', import.meta.url));

/** A new directory that is removed when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aisopod-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Compiles C into a shared library with the system's compiler.
 * @param path where the library is put; directories are made
 * @param flags after `-shared -fPIC`
 */
export function compileLibrary(
  path: string,
  source: string,
  flags: readonly string[] = [],
): string {
  return compile(path, 'library.c', source, flags);
}

/**
 * Compiles a file of test/plugins into a library; `.cc` is C++17.
 * @param name `lifecycle.c`
 * @param flags such as `-DPLUGIN_ID="x"`
 */
export function compileTestPlugin(path: string, name: string, flags: readonly string[]): string {
  const file = join(PLUGINS, name);
  const more = ['-I', dirname(file), '-Wall', '-Wextra', '-pthread', ...flags];
  return compile(path, name, readFileSync(file, 'utf8'), more);
}

/** @param name of the source; it ends with .c or .cc */
function compile(path: string, name: string, source: string, flags: readonly string[]): string {
  const isCxx = name.endsWith('.cc');
  mkdirSync(dirname(path), { recursive: true });
  compileCached(path, {
    compiler: isCxx ? 'c++' : 'cc',
    before: [...(isCxx ? ['-std=c++17'] : []), '-shared', '-fPIC', '-I', INCLUDE],
    after: flags,
    source,
    language: isCxx ? 'c++' : 'c',
  });
  return path;
}

/** What a plugin of pluginSource() is. */
export interface PluginParts {
  readonly id?: string;
  readonly version?: string;
  /** Members of its descriptor and what they are set to, in C; over those of a good plugin. */
  readonly desc?: Readonly<Record<string, string>>;
  /** Stands before its functions. */
  readonly extra?: string;
  /** The head of the function that fills `desc`. Default: that of AISOPOD_DESCRIBE. */
  readonly head?: string;
}

/** C of a complete plugin that registers nothing. */
export function pluginSource(parts: PluginParts = {}): string {
  const { id = 'sample', version = '1.0.0', desc = {}, extra = '' } = parts;
  const { head = 'AISOPOD_DESCRIBE(desc)' } = parts;
  const all = {
    id: `"${id}"`,
    version: `"${version}"`,
    build: '"test"',
    create: 'create',
    on_register: 'on_register',
    destroy: 'destroy',
    ...desc,
  };
  const statements = Object.entries(all).map(([name, value]) => `  desc->${name} = ${value};`);
  return `
#include "aisopod/plugin.h"
${extra}
static aisopod_status create(const aisopod_host *h, aisopod_plugin **out, aisopod_error *e) {
  (void)h; (void)e; *out = NULL; return AISOPOD_OK;
}
static aisopod_status on_register(aisopod_plugin *p, const aisopod_api *a, aisopod_error *e) {
  (void)p; (void)a; (void)e; return AISOPOD_OK;
}
static void destroy(aisopod_plugin *p) { (void)p; }
${head} {
${statements.join('\n')}
}
`;
}
