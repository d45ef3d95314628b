import { spawnSync } from 'node:child_process';

/** A tool that native code is built with. */
interface Tool {
  readonly what: string;
  /** Says whether it is there. */
  readonly found: (env: NodeJS.ProcessEnv) => boolean;
  /** How to get it on the systems that most people have. */
  readonly get: string;
}

const CMAKE_MINOR = 20;

const BUILD_TOOLS =
  'Debian, Ubuntu: apt install build-essential. Fedora: dnf install gcc-c++ make. ' +
  'Alpine: apk add build-base. macOS: xcode-select --install. Windows: Visual Studio Build Tools';

const TOOLS: readonly Tool[] = [
  {
    what: `CMake 3.${CMAKE_MINOR} or newer`,
    found: hasCMake,
    get:
      'Debian, Ubuntu: apt install cmake. Fedora: dnf install cmake. Alpine: apk add cmake. ' +
      'macOS: brew install cmake. Windows: winget install Kitware.CMake',
  },
  { what: 'a C compiler', found: hasCompiler('CC', ['cc', 'gcc', 'clang']), get: BUILD_TOOLS },
  {
    what: 'a C++17 compiler',
    found: hasCompiler('CXX', ['c++', 'g++', 'clang++']),
    get: BUILD_TOOLS,
  },
  {
    what: 'make or ninja',
    found: (env) =>
      process.platform === 'win32' || ['ninja', 'make'].some((each) => runs(each, env)),
    get: BUILD_TOOLS,
  },
];

/**
 * Finds out what this machine lacks to build native code.
 * @param env where the tools are looked up: PATH, CC, CXX
 * @returns a line for each, with how to get it; empty when all is there
 */
export function missingTools(env: NodeJS.ProcessEnv): readonly string[] {
  return TOOLS.filter(({ found }) => !found(env)).map(({ what, get }) => `${what}. ${get}`);
}

function hasCMake(env: NodeJS.ProcessEnv): boolean {
  const { stdout } = spawnSync('cmake', ['--version'], { env, encoding: 'utf8' });
  const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= CMAKE_MINOR);
}

/** CMake takes the compiler that the variable names, which may have flags behind it, or none else. */
function hasCompiler(variable: string, names: readonly string[]): Tool['found'] {
  return (env) => {
    // CMake finds the compiler of Visual Studio without PATH.
    if (process.platform === 'win32') return true;
    const given = env[variable]?.trim().split(/\s+/)[0] ?? '';
    return (given === '' ? names : [given]).some((each) => runs(each, env));
  };
}

function runs(command: string, env: NodeJS.ProcessEnv): boolean {
  return spawnSync(command, ['--version'], { env, stdio: 'ignore' }).status === 0;
}
