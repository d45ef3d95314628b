import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingTools } from '../../src/cli/build-addon/index.js';
import { BUILT } from '../support/built.js';
import { temporaryFolder } from '../support/compile-library.js';
import { withBuild } from '../support/run-built.js';
import { cli, cliInProcess } from './run-cli.js';

// Here CMake is a script. `npm run test:package` compiles the addon.
const root = temporaryFolder();
const ADDON = join(BUILT, 'Release', 'aisopod.node');
withBuild();

/** A PATH on which shell scripts of these names come before the programs of the machine. */
function pathWith(
  scripts: Readonly<Record<string, string>>,
  rest = process.env.PATH ?? '',
): string {
  const folder = mkdtempSync(join(root, 'bin-'));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return rest === '' ? folder : `${folder}:${rest}`;
}

/** A CMake that runs a script instead of configuring, in which "$4" is the folder of the build. */
const cmakeThat = (script: string) =>
  `[ "$1" = --version ] && { echo "cmake version 3.25.1"; exit; }; [ "$1" = -S ] || exit 0; ${script}`;

const target = () => join(mkdtempSync(join(root, 'target-')), 'mine', 'aisopod.node');

describe('missingTools()', () => {
  test('names CMake, both compilers and make where there are none, each with a remedy', () => {
    const missing = missingTools({ PATH: pathWith({}, '') });
    expect(missing.map((line) => line.split('. ')[0])).toEqual([
      'CMake 3.20 or newer',
      'a C compiler',
      'a C++17 compiler',
      'make or ninja',
    ]);
    for (const line of missing)
      expect(line).toMatch(/Debian, Ubuntu: apt install .* macOS: [\w-]+ /);
  });

  test.each([
    ['3.16.3', true],
    ['3.19.8', true],
    ['3.20.0', false],
    ['3.25.1', false],
    ['4.0.2', false],
  ])('with CMake %s says that CMake is missing: %s', (version, lacks) => {
    const PATH = pathWith({ cmake: `echo "cmake version ${version}"` });
    expect(missingTools({ PATH }).some((line) => line.startsWith('CMake'))).toBe(lacks);
  });

  test.each([
    ['CC', 'a C compiler'],
    ['CXX', 'a C++17 compiler'],
  ])('looks for the compiler that %s names instead of others', (variable, what) => {
    const env = { PATH: process.env.PATH, [variable]: '/not/there/compiler -m64' };
    expect(missingTools(env)).toEqual([expect.stringContaining(what)]);
  });

  test('accepts flags behind the compiler in CC and CXX', () => {
    expect(missingTools({ PATH: process.env.PATH, CC: 'cc -m64', CXX: ' c++ -O2' })).toEqual([]);
  });
});

describe('aisopod build-addon', () => {
  test('names every tool that is missing, and the command to run again', async () => {
    const { code, stdout, stderr } = await cliInProcess(['build-addon', target()], {
      env: { PATH: pathWith({}, '') },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/This machine lacks .*CMake.*C compiler.*C\+\+17.*make or ninja/s);
    expect(stderr).toMatch(
      /Run again, once they are installed: aisopod build-addon \(BUILD_FAILED\)$/m,
    );
  });

  test('puts the addon where it is asked to, and prints the path', async () => {
    const file = target();
    const PATH = pathWith({
      cmake: cmakeThat(`mkdir -p "$4/Release" && cp "${ADDON}" "$4/Release"`),
    });
    const { code, stdout, stderr } = await cli(['build-addon', file], { env: { PATH } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}\n` });
    expect(stderr).toMatch(/> configure .*\n> build .*\n> load .*\n> put it into /);
    expect(readFileSync(file)).toEqual(readFileSync(ADDON));
    expect(readdirSync(join(file, '..'))).toEqual(['aisopod.node']);
  });

  test('prints the path as JSON', async () => {
    const file = target();
    const PATH = pathWith({
      cmake: cmakeThat(`mkdir -p "$4/Release" && cp "${ADDON}" "$4/Release"`),
    });
    const { stdout } = await cliInProcess(['build-addon', file, '--json'], { env: { PATH } });
    expect(JSON.parse(stdout)).toEqual({ addon: { file } });
  });

  test('quotes a compiler that fails, and leaves no folder behind', async () => {
    const temporary = mkdtempSync(join(root, 'tmp-'));
    const env = {
      PATH: pathWith({ cmake: cmakeThat('echo "no such header" >&2; exit 3') }),
      TMPDIR: temporary,
    };
    const file = target();
    const { code, stderr } = await cli(['build-addon', file], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/"configure the native parts" ended with status 3\.\n\s*no such header/);
    expect(stderr).toMatch(/and run again: aisopod build-addon \(BUILD_FAILED\)/);
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('keeps the old addon when the new one cannot be loaded', async () => {
    const file = target();
    mkdirSync(join(file, '..'));
    writeFileSync(file, 'the old one');
    const PATH = pathWith({
      cmake: cmakeThat('mkdir -p "$4/Release" && echo no library > "$4/Release/aisopod.node"'),
    });
    const { code, stderr } = await cliInProcess(['build-addon', file], { env: { PATH } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/"load the addon for a trial" ended with status 1/);
    expect(readFileSync(file, 'utf8')).toBe('the old one');
  });

  test('checks before it builds that the file can be written', async () => {
    const file = join(ADDON, 'aisopod.node');
    const { code, stderr } = await cliInProcess(['build-addon', file]);
    expect(code).toBe(1);
    expect(stderr).toContain(`cannot be written to ${file} (`);
    expect(stderr).toMatch(/Give another file, as in: aisopod build-addon "\$HOME\/aisopod\.node"/);
    expect(stderr).not.toMatch(/> configure/);
  });
});
