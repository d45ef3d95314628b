import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ABI_MAJOR, ABI_MINOR } from '../../src/abi/index.js';
import { temporaryFolder } from '../support/compile-library.js';
import { CMakeProject, installSdk, REPOSITORY } from './cmake-project.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const root = temporaryFolder();
const prefix = installSdk(root);
const native = join(REPOSITORY, 'native'); // what `aisopod sdk path` prints

/** A project that finds the package, with what stands behind its name in find_package(). */
const finding = (version: string, then = '') =>
  new CMakeProject(root, { 'CMakeLists.txt': then }, { version, language: 'NONE' });

test('installing the SDK brings the headers and the CMake package, and nothing else', () => {
  const files = readdirSync(prefix, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(prefix.length + 1));
  expect(files.sort()).toEqual([
    'include/aisopod/json.h',
    'include/aisopod/json_number.h',
    'include/aisopod/json_read.h',
    'include/aisopod/json_write.h',
    'include/aisopod/plugin.h',
    'include/aisopod/plugin_inline.h',
    'lib/cmake/aisopod/AisopodAddPlugin.cmake',
    'lib/cmake/aisopod/aisopodConfig.cmake',
    'lib/cmake/aisopod/aisopodConfigVersion.cmake',
  ]);
});

test('the installed SDK holds nothing of the place where it was made', () => {
  for (const entry of readdirSync(join(prefix, 'lib/cmake/aisopod'))) {
    expect(readFileSync(join(prefix, 'lib/cmake/aisopod', entry), 'utf8')).not.toContain(
      REPOSITORY,
    );
  }
});

describe.each([
  ['an installed prefix', prefix, join(prefix, 'include')],
  ['the folder of `aisopod sdk path`, without installing', native, join(native, 'include')],
])('find_package(aisopod) in %s', (_, folder, include) => {
  test('finds the headers', () => {
    const project = finding(
      '',
      `get_target_property(include aisopod::plugin INTERFACE_INCLUDE_DIRECTORIES)
        message(STATUS "include: \${include}")`,
    );
    expect(project.configure(folder)).toContain(`include: ${include}`);
  });

  test('sets aisopod_VERSION to the version of the ABI', () => {
    const project = finding('', `message(STATUS "found <\${aisopod_VERSION}>")`);
    expect(project.configure(folder)).toContain(`found <${ABI_MAJOR}.${ABI_MINOR}>`);
  });

  test.each(['1', '1.0', '1.0 EXACT', '1.0...1.9', '1.0...<2', '1.0...1.0'])(
    'accepts version %s',
    (version) => {
      expect(finding(version, 'message(STATUS accepted)').configure(folder)).toContain('accepted');
    },
  );

  test.each(['0.1', '1.1', '2', '2.0', '1.0.1', '1.1 EXACT', '1.1...1.9', '0.9...<1.0', '2...3'])(
    'refuses version %s with the usual message of CMake',
    (version) => {
      const [wanted] = version.split(' ');
      expect(() => finding(version).configure(folder)).toThrow(
        new RegExp(
          `Could not find a configuration file for package "aisopod" that .*"${wanted}".*` +
            `aisopodConfig\\.cmake, version: ${ABI_MAJOR}\\.${ABI_MINOR}`,
        ),
      );
    },
  );
});
