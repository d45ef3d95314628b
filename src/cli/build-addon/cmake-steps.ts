import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** One command of a build. */
export interface BuildStep {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** What is built, and where. */
export interface NativeBuild {
  /** The folder of the package, with CMakeLists.txt. */
  readonly source: string;
  /** The folder of the build; the addon is Release/aisopod.node in it. */
  readonly build: string;
  /** Further arguments for the configuration, such as `-DAISOPOD_SANITIZE=address`. */
  readonly options?: readonly string[];
  /** The one target to build; absent: all. */
  readonly target?: string;
}

/**
 * Returns the commands that build the native parts with the addon.
 * @throws Error when the packages with the headers of Node-API are not installed
 */
export function cmakeSteps({ source, build, options = [], target }: NativeBuild): BuildStep[] {
  const { resolve } = createRequire(join(source, 'package.json'));
  const headers = [
    join(dirname(resolve('node-api-headers/package.json')), 'include'),
    dirname(resolve('node-addon-api/package.json')),
  ];
  const setting = `-DAISOPOD_NODE_API=${headers.map(forwardSlashes).join(';')}`;
  const jobs = String(availableParallelism());
  return [
    {
      title: 'configure the native parts',
      command: 'cmake',
      args: ['-S', source, '-B', build, setting, ...options],
    },
    {
      title: 'build the native parts',
      command: 'cmake',
      args: [
        ...['--build', build, '--config', 'Release', '--parallel', jobs],
        ...(target === undefined ? [] : ['--target', target]),
      ],
    },
  ];
}

/** CMake takes a backslash for the begin of an escape. */
function forwardSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}
