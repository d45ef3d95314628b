// Brings a checkout to where it can run: dependencies, native parts, TypeScript. What is up to date
// is left alone.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canRun, ROOT, run, runTool, StepFailed } from './run.mjs';

const MINIMUM_NODE = [20, 19];

/** What must be on the machine, and how to get it on the systems that most people have. */
const NEEDED = [
  {
    what: 'CMake 3.20 or newer',
    found: () => canRun('cmake'),
    get: 'Debian, Ubuntu: apt install cmake. macOS: brew install cmake. Windows: winget install Kitware.CMake',
  },
  {
    what: 'a C compiler',
    found: () =>
      [process.env.CC, 'cc', 'gcc', 'clang', 'cl'].some(
        (cc) => cc && canRun(cc, cc === 'cl' ? [] : undefined),
      ),
    get: 'Debian, Ubuntu: apt install build-essential. macOS: xcode-select --install. Windows: Visual Studio Build Tools',
  },
  {
    what: 'a C++ compiler',
    found: () =>
      [process.env.CXX, 'c++', 'g++', 'clang++', 'cl'].some(
        (cxx) => cxx && canRun(cxx, cxx === 'cl' ? [] : undefined),
      ),
    get: 'Debian, Ubuntu: apt install build-essential. macOS: xcode-select --install. Windows: Visual Studio Build Tools',
  },
  {
    what: 'make or ninja',
    found: () => process.platform === 'win32' || canRun('ninja') || canRun('make'),
    get: 'Debian, Ubuntu: apt install build-essential. macOS: xcode-select --install',
  },
];

export function prepare() {
  checkMachine();
  install();
  runTool(
    'build the native parts',
    ['cmake-js', 'bin', 'cmake-js'],
    ['compile', '--out', 'build/node'],
    {
      quiet: true,
    },
  );
  runTool('build the TypeScript', ['typescript', 'bin', 'tsc'], ['-p', 'tsconfig.json']);
}

function checkMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const missing = NEEDED.filter((each) => !each.found()).map(({ what, get }) => `${what}. ${get}`);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    missing.unshift(
      `Node.js ${MINIMUM_NODE.join('.')} or newer; this is ${process.version}. https://nodejs.org`,
    );
  }
  if (missing.length === 0) return;
  throw new StepFailed(`This machine lacks:\n${missing.map((each) => `  - ${each}`).join('\n')}`);
}

/** `npm ci`, when the lock file is another than the one that node_modules was made from. */
export function install() {
  const stamp = join(ROOT, 'node_modules', '.installed-from');
  const hash = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  if (npm?.endsWith('.js'))
    run('install the dependencies', process.execPath, [npm, ...args], { quiet: true });
  else
    run('install the dependencies', process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
      quiet: true,
    });
  writeFileSync(stamp, hash);
}
