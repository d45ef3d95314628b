import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { PluginHost } from '../../src/index.js';
import { readLibrary } from '../../src/packages/binary/index.js';
import { INCLUDE, temporaryFolder } from '../support/compile-library.js';
import { CMakeProject, installSdk, REPOSITORY } from './cmake-project.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const FIRST_PLUGIN = join(REPOSITORY, 'docs/guide/first-plugin');
const IN_CPP = join(REPOSITORY, 'docs/guide/first-plugin-cpp');
const read = (file: string) => readFileSync(join(FIRST_PLUGIN, file), 'utf8');
const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];

const root = temporaryFolder();

const exportsOf = (path: string) =>
  readLibrary(readFileSync(path), path).exports.map((symbol) => symbol.name);

/** What the tool of the plugin in `folder` answers, in a host of its own. */
async function greet(folder: string): Promise<unknown> {
  const home = mkdtempSync(join(root, 'home-'));
  const host = await PluginHost.open({ home, pluginDirs: [folder], env: {} });
  try {
    return await host.tools.call('greet', { name: 'Ada' });
  } finally {
    await host.close();
  }
}

const GREETING = { success: true, data: 'Hello, Ada!', output: 'Hello, Ada!' };

test('the first plugin is built by one line of cc in an empty folder, and called', async () => {
  const folder = mkdtempSync(join(root, 'cc-'));
  cpSync(FIRST_PLUGIN, folder, { recursive: true });
  const line = ['-shared', '-fPIC', '-I', INCLUDE, '-o', 'hello.so', 'hello.c'];
  execFileSync('cc', [...line, ...WARNINGS], { cwd: folder, stdio: 'pipe' });
  expect(exportsOf(join(folder, 'hello.so'))).toEqual(['aisopod_plugin_v1']);
  expect(await greet(folder)).toMatchObject(GREETING);
});

test('the first plugin is built by find_package(aisopod) in an empty folder, and called', async () => {
  const project = new CMakeProject(root, {
    'hello.c': read('hello.c'),
    'aisopod.plugin.toml': read('aisopod.plugin.toml'),
    'CMakeLists.txt': 'aisopod_add_plugin(hello SOURCES hello.c)\n',
  });
  project.configure(installSdk(root));
  project.build();
  expect(readdirSync(project.built('plugins/hello')).sort()).toEqual([
    'aisopod.plugin.toml',
    'hello.so',
  ]);
  expect(exportsOf(project.built('plugins/hello/hello.so'))).toEqual(['aisopod_plugin_v1']);
  expect(await greet(project.built('plugins/hello'))).toMatchObject(GREETING);
});

test.each(['c++11', 'c++14', 'c++17', 'c++20', 'c++2b'])(
  'the first plugin in C++ is built as %s without a warning, and called',
  async (standard) => {
    const folder = mkdtempSync(join(root, 'cpp-'));
    cpSync(IN_CPP, folder, { recursive: true });
    const line = ['-shared', '-fPIC', '-I', INCLUDE, '-o', 'hello.so', 'hello.cpp'];
    const flags = [`-std=${standard}`, ...WARNINGS];
    execFileSync('c++', [...line, ...flags], { cwd: folder, stdio: 'pipe' });
    expect(await greet(folder)).toMatchObject(GREETING);
  },
);

test('the first plugin fits on one screen', () => {
  const lines = read('hello.c').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(50);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
});
