import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/compile-library.js';
import { CMakeProject, installSdk, REPOSITORY } from './cmake-project.js';

vi.setConfig({ testTimeout: 120_000 }); // compilers, on a machine that may be busy

const root = temporaryFolder();
const prefix = installSdk(root);
const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));

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

test('the package has the version of the host', () => {
  const project = new CMakeProject(root, {
    'CMakeLists.txt': `find_package(aisopod ${version} EXACT REQUIRED)
      message(STATUS "found \${aisopod_VERSION}")`,
  });
  expect(project.configure(prefix)).toContain(`found ${version}`);
});

test('a package of a newer major version is not found', () => {
  const project = new CMakeProject(root, {
    'CMakeLists.txt': 'find_package(aisopod 99 REQUIRED)',
  });
  expect(() => project.configure(prefix)).toThrow(/compatible with requested version "99"/);
});

test('the header is found where aisopod itself lies, without installing anything', () => {
  const project = new CMakeProject(root, {
    'CMakeLists.txt': `get_target_property(include aisopod::plugin INTERFACE_INCLUDE_DIRECTORIES)
      message(STATUS "include: \${include}")`,
  });
  const native = join(REPOSITORY, 'native');
  expect(project.configure(native)).toContain(`include: ${native}/include`);
});
